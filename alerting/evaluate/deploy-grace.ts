import { boundedByTenant } from "@/alerting/fleet/bounded";
import type { JudgedLine } from "@/alerting/fleet/questions";
import { type Asking, askSome } from "@/alerting/fleet/some-tenants";
import { withinShare } from "@/alerting/runtime/budget";
import type { Bundle } from "@/lib/catalogue/bundle";
import {
  DEPLOY_GRACE_MS,
  gracePeriods,
  hasDeployGrace,
  LEAST_SCRAPES,
  plannedStretches,
  type Stretch,
  unplannedOf,
} from "@/lib/evaluation/deploy-grace";
import type { EffectiveThreshold, LineKey } from "@/lib/evaluation/effective";
import { deploymentsOf } from "@/lib/evaluation/events";
import type { StepReading } from "@/lib/evaluation/step";
import { breaches } from "@/lib/evaluation/threshold";
import { log } from "@/lib/infra/log";
import type { Fleet } from "@/lib/prometheus/fleet";
import { type CycleOptions, FOLLOW_UP_SHARE, type Slot } from "./slot";

type Readings = ReadonlyMap<LineKey, Map<string, StepReading> | null>;
type Value = Extract<StepReading, { kind: "value" }>;

/** So many different stretches of time are asked about in a slot, those of most tenants first. */
const STRETCHES_AT_MOST = 100;
/** What the search for deployments may take of the time; the rest is for the restarts that they explain. */
const STRETCHES_SHARE = 0.5;

/**
 * Takes the restarts that a deployment explains off the readings, in place.
 *
 * Asked only for tenants whose value would breach: a smaller one is judged the same without. All of them are asked for at once.
 * Where the questions fail, what was seen judges: an alert too many is better than none.
 */
export async function applyDeployGrace(
  { fleet, label, askWithinMs }: Pick<CycleOptions, "fleet" | "label" | "askWithinMs">,
  { lines, bundle, askedAtMs, budget }: Pick<Slot, "lines" | "bundle" | "askedAtMs" | "budget">,
  readings: Readings,
  thresholdsOf: (tenantId: string) => ReadonlyMap<LineKey, EffectiveThreshold>,
): Promise<void> {
  for (const judged of lines) {
    const ofLine = readings.get(judged.lineKey);
    if (!ofLine || !hasDeployGrace(judged.signalId)) continue;
    const breaching = breachingOf(judged, ofLine, thresholdsOf);
    if (breaching.size === 0) continue;
    const planned = await budget("deploy-grace", askWithinMs * FOLLOW_UP_SHARE, (limit) =>
      askPlanned(fleet, judged, bundle, [...breaching.keys()], { label, atMs: askedAtMs, limit }),
    );
    for (const [tenantId, counts] of planned) {
      const reading = breaching.get(tenantId);
      if (reading) ofLine.set(tenantId, { ...reading, value: unplannedOf(reading.value, counts) });
    }
  }
}

function breachingOf(
  { lineKey, signal }: JudgedLine,
  ofLine: ReadonlyMap<string, StepReading>,
  thresholdsOf: (tenantId: string) => ReadonlyMap<LineKey, EffectiveThreshold>,
): Map<string, Value> {
  const breaching = new Map<string, Value>();
  for (const [tenantId, reading] of ofLine) {
    if (reading.kind !== "value") continue;
    const threshold = thresholdsOf(tenantId).get(lineKey);
    if (threshold?.enabled && breaches(reading.value, threshold, signal.worse))
      breaching.set(tenantId, reading);
  }
  return breaching;
}

/** What the line says of each planned stretch, for the tenants all of whose stretches could be asked. */
async function askPlanned(
  fleet: Fleet,
  judged: JudgedLine,
  bundle: Bundle,
  tenantIds: readonly string[],
  asking: Asking,
): Promise<Map<string, number[]>> {
  const stretchesOf = await withinShare(asking.limit, STRETCHES_SHARE, (limit) =>
    askStretches(fleet, judged, bundle, tenantIds, { ...asking, limit }),
  );
  const groups = groupsOf(stretchesOf);
  const counts = new Map<string, number[]>();
  await Promise.all(
    groups.slice(0, STRETCHES_AT_MOST).map(async ({ stretch: { fromMs, toMs }, tenantIds: ofStretch }) => {
      const windowSeconds = Math.round((toMs - fromMs) / 1000);
      const question = { template: judged.line.query, windowSeconds, tenantIds: ofStretch };
      const answered = await askSome(fleet, question, { ...asking, atMs: toMs });
      for (const [tenantId, samples] of answered)
        counts.set(tenantId, [...(counts.get(tenantId) ?? []), samples[0]?.value ?? 0]);
    }),
  );
  const whole = [...stretchesOf].flatMap(([tenantId, stretches]): [string, number[]][] => {
    const all = counts.get(tenantId) ?? [];
    return all.length === stretches.length ? [[tenantId, all]] : [];
  });
  if (whole.length < tenantIds.length) log.warn({ tenants: tenantIds.length - whole.length }, UNASKED);
  return new Map(whole);
}

const UNASKED =
  "Whether deployments explain restarts could not be asked for some tenants; all of theirs count.";

/** The planned stretches of each tenant that could be asked. */
async function askStretches(
  fleet: Fleet,
  { signal }: JudgedLine,
  bundle: Bundle,
  tenantIds: readonly string[],
  asking: Asking,
): Promise<Map<string, Stretch[]>> {
  const windowMs = signal.windowSeconds * 1000;
  const windowSeconds = Math.ceil((windowMs + DEPLOY_GRACE_MS) / 1000);
  // A value is when it was created, so the newest are kept.
  const question = { template: boundedByTenant(bundle.events.deployments), windowSeconds, tenantIds };
  const deployed = await askSome(fleet, question, asking);
  const leastMs = LEAST_SCRAPES * bundle.scrapeIntervalSeconds * 1000;
  return new Map(
    [...deployed].map(([tenantId, samples]) => {
      const periods = gracePeriods(deploymentsOf(samples).map(({ atMs }) => atMs));
      return [tenantId, plannedStretches(periods, asking.atMs, windowMs, leastMs)];
    }),
  );
}

/** Tenants that share a stretch are asked together. */
function groupsOf(
  stretchesOf: ReadonlyMap<string, readonly Stretch[]>,
): { stretch: Stretch; tenantIds: string[] }[] {
  const groups = new Map<string, { stretch: Stretch; tenantIds: string[] }>();
  for (const [tenantId, stretches] of stretchesOf)
    for (const stretch of stretches) {
      const key = `${stretch.fromMs} ${stretch.toMs}`;
      const group = groups.get(key) ?? { stretch, tenantIds: [] };
      group.tenantIds.push(tenantId);
      groups.set(key, group);
    }
  return [...groups.values()].sort((a, b) => b.tenantIds.length - a.tenantIds.length);
}
