import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { currentAccess } from "@/lib/tenancy/session";
import { prometheusRules, type ThresholdExport } from "@/lib/thresholds/export";
import { readThresholdExport } from "@/lib/views/thresholds/read-export";
import { answering } from "../../answering";
import { refuseAccess } from "../../refuse-access";

const FORMATS = {
  json: {
    type: "application/json",
    ending: "json",
    write: (all: ThresholdExport) => `${JSON.stringify(all, null, 2)}\n`,
  },
  prometheus: { type: "application/yaml", ending: "rules.yaml", write: prometheusRules },
};

/** The thresholds of the session's tenant to take along: ?format=json, or ?format=prometheus for alerting rules. */
export const GET = answering("/api/thresholds/export", async (request) => {
  const parameters = new URL(request.url).searchParams;
  const stray = strayParameter(parameters, ["format"]);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const format = parameters.get("format");
  if (format !== "json" && format !== "prometheus")
    return refusal(400, "unknown_format", "Thresholds are exported as format=json or format=prometheus.");
  const thresholds = await readThresholdExport(access.scope, access.tenant.without);
  if (!thresholds) return refusal(503, "no_definitions", WITHOUT_BUNDLE.message);
  const { type, ending, write } = FORMATS[format];
  return new Response(write(thresholds), {
    headers: {
      "Content-Type": `${type}; charset=utf-8`,
      "Content-Disposition": `attachment; filename="watchpost-thresholds-${thresholds.tenant}.${ending}"`,
      "Cache-Control": "no-store",
    },
  });
});
