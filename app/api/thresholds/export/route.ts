import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { prometheusRules, type ThresholdExport } from "@/lib/thresholds/export";
import { readThresholdExport } from "@/lib/views/thresholds/read-export";
import { ownersRoute } from "../../owners-route";

const FORMATS = {
  json: {
    type: "application/json",
    ending: "json",
    write: (all: ThresholdExport) => `${JSON.stringify(all, null, 2)}\n`,
  },
  prometheus: { type: "application/yaml", ending: "rules.yaml", write: prometheusRules },
};

/** The thresholds of the session's tenant to take along: ?format=json, or ?format=prometheus for alerting rules. */
export const GET = ownersRoute(
  "/api/thresholds/export",
  async ({ scope, tenant, asked }) => {
    const thresholds = await readThresholdExport(scope, tenant.without);
    if (!thresholds) return refusal(503, "no_definitions", WITHOUT_BUNDLE.message);
    const { type, ending, write } = FORMATS[asked.format];
    return new Response(write(thresholds), {
      headers: {
        "Content-Type": `${type}; charset=utf-8`,
        "Content-Disposition": `attachment; filename="watchpost-thresholds-${thresholds.tenant}.${ending}"`,
        "Cache-Control": "no-store",
      },
    });
  },
  parseFormat,
);

type FormatRequest =
  | { ok: true; format: keyof typeof FORMATS }
  | { ok: false; code: "unknown_parameter" | "unknown_format"; message: string };

function parseFormat(parameters: URLSearchParams): FormatRequest {
  const stray = strayParameter(parameters, ["format"]);
  if (stray) return { ok: false, code: "unknown_parameter", message: stray };
  const format = parameters.get("format");
  if (format === "json" || format === "prometheus") return { ok: true, format };
  const message = "Thresholds are exported as format=json or format=prometheus.";
  return { ok: false, code: "unknown_format", message };
}
