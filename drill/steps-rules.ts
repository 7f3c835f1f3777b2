import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { startPrometheus } from "../testing/prometheus";
import type { DrillTools } from "./drill-tools";
import type { Step } from "./run-steps";

const EVALUATED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

const rulesFileSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.record(z.string(), z.unknown())).min(1) })).min(1),
});
const loadedSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() })),
      }),
    ),
  }),
});

/** What the owner exports is what another Prometheus takes. */
export function rulesSteps({ folder, owner }: DrillTools): Step[] {
  return [
    {
      title: "The exported thresholds are rules that a Prometheus loads and evaluates",
      async work({ saw, signal }) {
        const text = await owner.exportRules();
        const file = path.join(folder, "thresholds.rules.yaml");
        await writeFile(file, text, { mode: 0o600 });
        await promisify(execFile)("promtool", ["check", "rules", file]).catch(
          (error: { stdout?: string; stderr?: string }) => {
            throw new Error(
              `promtool refuses the exported rules:\n${error.stdout ?? ""}${error.stderr ?? ""}`,
            );
          },
        );
        const rules = rulesFileSchema.parse(parse(text)).groups.flatMap((group) => group.rules);
        const prometheus = await startPrometheus({ rules });
        try {
          const names = await evaluated(prometheus.url, signal);
          if (names.length !== rules.length)
            throw new Error(`Of ${rules.length} rules Prometheus loaded ${names.length}.`);
          saw(`${names.length} rules, each evaluated without an error: ${names.join(", ")}.`);
        } finally {
          await prometheus.stop();
        }
      },
    },
  ];
}

/** The names of the rules, once each has been evaluated. @throws Error with what a rule's evaluation said against it */
async function evaluated(prometheusUrl: string, signal: AbortSignal): Promise<string[]> {
  const untilMs = performance.now() + EVALUATED_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${prometheusUrl}/api/v1/rules`, { signal });
    const rules = loadedSchema.parse(await response.json()).data.groups.flatMap((group) => group.rules);
    const bad = rules.find(({ health }) => health === "err");
    if (bad) throw new Error(`The rule ${bad.name} can't be evaluated: ${bad.lastError ?? ""}`);
    if (rules.every(({ health }) => health === "ok")) return rules.map(({ name }) => name);
    if (performance.now() > untilMs) throw new Error("Prometheus didn't evaluate the rules within a minute.");
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}
