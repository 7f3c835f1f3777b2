import type { ComposeOptions } from "@/alerting/compose/compose";
import type { JudgedLine } from "@/alerting/fleet/questions";
import type { Bundle } from "@/lib/catalogue/bundle";
import { askFor } from "@/lib/evaluation/ask";
import { askUnplanned } from "@/lib/evaluation/ask-unplanned";
import { hasDeployGrace } from "@/lib/evaluation/deploy-grace";
import type { EffectiveThreshold, LineKey } from "@/lib/evaluation/effective";
import type { StepReading } from "@/lib/evaluation/step";
import { breaches } from "@/lib/evaluation/threshold";
import { log } from "@/lib/infra/log";

/**
 * Takes the restarts that a deployment explains off the readings, in place.
 *
 * Asked only for tenants whose value would breach: a smaller one is judged the same without. Where the questions fail, what was
 * seen judges: an alert too many is better than none.
 */
export async function applyDeployGrace(
  { prometheus, label: tenantLabel, scopeOf }: Pick<ComposeOptions, "prometheus" | "label" | "scopeOf">,
  { lines, bundle, askedAtMs }: { lines: readonly JudgedLine[]; bundle: Bundle; askedAtMs: number },
  readings: ReadonlyMap<LineKey, Map<string, StepReading> | null>,
  thresholdsOf: (tenantId: string) => ReadonlyMap<LineKey, EffectiveThreshold>,
): Promise<void> {
  for (const { lineKey, line, signal, signalId } of lines) {
    const ofLine = readings.get(lineKey);
    if (!ofLine || !hasDeployGrace(signalId)) continue;
    const breaching = [...ofLine].flatMap(([tenantId, reading]) => {
      const threshold = thresholdsOf(tenantId).get(lineKey);
      const isBad = threshold?.enabled && reading.kind === "value";
      return isBad && breaches(reading.value, threshold, signal.worse) ? [{ tenantId, reading }] : [];
    });
    await Promise.all(
      breaching.map(async ({ tenantId, reading }) => {
        const ask = askFor({ bundle, tenantLabel, prometheus }, scopeOf(tenantId));
        const moment = { atMs: askedAtMs, value: reading.value };
        const unplanned = await askUnplanned(ask, bundle, { signal: signalId, line }, [moment]);
        if (!unplanned.ok)
          log.warn(
            { tenant: tenantId, code: unplanned.failure.code },
            "Whether a deployment explains restarts could not be asked; all of them count.",
          );
        const value = unplanned.ok ? unplanned.values.get(askedAtMs) : undefined;
        if (value !== undefined) ofLine.set(tenantId, { ...reading, value });
      }),
    );
  }
}
