import type { CycleFault, CycleRecord } from "@/lib/alerts/cycle";
import { hasDataOfNobody, massDisappearance, type UnusableCause, unusableWords } from "@/lib/alerts/cycle";
import type { LineState } from "@/lib/alerts/judge";
import {
  type Bundle,
  type LineDefinition,
  SIGNAL_IDS,
  type SignalDefinition,
  type SignalId,
} from "@/lib/catalogue/bundle";
import { type LineKey, lineKeyOf } from "@/lib/evaluation/effective";
import { readingAt } from "@/lib/evaluation/reading";
import { mayStillBeAtZero } from "@/lib/evaluation/scaled-to-zero";
import type { StepReading } from "@/lib/evaluation/step";
import type { Fleet, FleetAnswer } from "@/lib/prometheus/fleet";
import type { FleetSample } from "@/lib/prometheus/fleet-response";
import { fleetQuery, UngroupedQueryError } from "@/lib/promql/fleet";
import { strayLabelsProblem } from "@/lib/promql/unique";
import { UnscopableQueryError } from "@/lib/promql/unscopable";

/** A line of the bundle that has a threshold, with its signal. */
export type JudgedLine = {
  lineKey: LineKey;
  signalId: SignalId;
  signal: SignalDefinition;
  line: LineDefinition;
};

export function judgedLines(bundle: Bundle): JudgedLine[] {
  return SIGNAL_IDS.flatMap((signalId) => {
    const signal = bundle.signals[signalId];
    return signal.lines
      .filter((line) => line.threshold)
      .map((line) => ({ lineKey: lineKeyOf(signalId, line.id), signalId, signal, line }));
  });
}

/** What all tenants have of one line at one instant, or why that isn't known. */
export type LineAnswer =
  | {
      ok: true;
      values: ReadonlyMap<string, number>;
      /** The newest sample behind each, in seconds since the epoch. */
      freshness: ReadonlyMap<string, number>;
      /** null: the signal needs no traffic. */
      requests: ReadonlyMap<string, number> | null;
      /** The tenants whose own metrics can't be judged by, and why. They are as if they had sent none. */
      unusable: ReadonlyMap<string, UnusableCause>;
      dropped: number;
    }
  | { ok: false; fault: CycleFault; detail: string };

/** What all tenants have of one question at one instant, or why that isn't known. */
export type Values =
  | {
      ok: true;
      values: Map<string, number>;
      unusable: Map<string, UnusableCause>;
      dropped: number;
    }
  | Extract<LineAnswer, { ok: false }>;

/**
 * Asks for all lines and all tenants: per line its values and how fresh they are, per signal its traffic, each text once. With the
 * default bundle 17 questions, whatever the number of tenants.
 * @param atMs the instant that is asked about
 * @param signal ends all questions that are not answered by then
 */
export async function askLines(
  fleet: Fleet,
  lines: readonly JudgedLine[],
  { label, atMs, signal }: { label: string; atMs: number; signal: AbortSignal },
): Promise<Map<LineKey, LineAnswer>> {
  const asked = new Map<string, Promise<Values>>();
  const ask = (template: string, windowSeconds: number): Promise<Values> => {
    const key = `${windowSeconds} ${template}`;
    const known = asked.get(key) ?? askValues(fleet, template, { label, windowSeconds, atMs, signal });
    asked.set(key, known);
    return known;
  };
  const answers = lines.map(async (judged): Promise<[LineKey, LineAnswer]> => {
    const { windowSeconds, traffic } = judged.signal;
    const [values, freshness, requests] = await Promise.all([
      ask(judged.line.query, windowSeconds),
      judged.line.freshness ? ask(judged.line.freshness, windowSeconds) : NO_FRESHNESS,
      traffic ? ask(traffic.query, windowSeconds) : null,
    ]);
    return [judged.lineKey, together(values, freshness, requests)];
  });
  return new Map(await Promise.all(answers));
}

function together(values: Values, freshness: Values, requests: Values | null): LineAnswer {
  for (const part of [values, freshness, requests]) if (part && !part.ok) return part;
  if (!values.ok || !freshness.ok || (requests && !requests.ok)) return NO_FRESHNESS;
  return {
    ok: true,
    values: values.values,
    freshness: freshness.values,
    requests: requests?.values ?? null,
    unusable: new Map([...(requests?.unusable ?? []), ...freshness.unusable, ...values.unusable]),
    dropped: values.dropped + freshness.dropped + (requests?.dropped ?? 0),
  };
}

/** A judged line whose freshness can't be shown is not judged. The definitions check refuses it; this is the second check. */
const NO_FRESHNESS: Extract<LineAnswer, { ok: false }> = {
  ok: false,
  fault: "query",
  detail: "The line has no freshness query, so the age of its values is unknown.",
};

/**
 * Asks a template for all tenants at once: one value for each.
 * @param options.signal ends what isn't answered by then
 */
export async function askValues(
  fleet: Fleet,
  template: string,
  { atMs, signal, ...options }: { label: string; windowSeconds: number; atMs: number; signal: AbortSignal },
): Promise<Values> {
  try {
    const query = fleetQuery(template, options);
    const isOne = strayLabelsProblem(query.promql, [query.label], query.label) === null;
    return oneEach(await fleet.ask(query, atMs, signal), isOne);
  } catch (error) {
    if (!(error instanceof UngroupedQueryError || error instanceof UnscopableQueryError)) throw error;
    return { ok: false, fault: "ungrouped", detail: error.message };
  }
}

/**
 * One value for each tenant. A tenant with a series that is no number, or with several, has none: nobody else is judged by it.
 * @param isOne whether the query is proven to give one series for each tenant, so that it is not to blame for several
 * @returns several-series where it isn't, and everybody who answers has several: then it is the query that is wrong
 */
function oneEach(answer: FleetAnswer, isOne: boolean): Values {
  if (!answer.ok) return { ok: false, fault: answer.failure.code, detail: answer.detail };
  const values = new Map<string, number>();
  const unusable = new Map<string, UnusableCause>();
  for (const { tenantId, reason } of answer.unusable) unusable.set(tenantId, reason);
  for (const { tenantId, value } of answer.samples satisfies FleetSample[]) {
    if (values.has(tenantId)) unusable.set(tenantId, "several-series");
    values.set(tenantId, value);
  }
  for (const tenantId of unusable.keys()) values.delete(tenantId);
  const [first] = unusable;
  if (!isOne && values.size === 0 && first?.[1] === "several-series")
    return { ok: false, fault: "several-series", detail: `More than one series for the tenant ${first[0]}.` };
  return { ok: true, values, unusable, dropped: answer.dropped };
}

/**
 * The reading of every live tenant, by the same function as the page.
 * @param tenants by id, the lines that each doesn't have
 * @param atMs the instant that was asked about
 */
export function readingsOf(
  { lineKey, signal }: JudgedLine,
  answer: Extract<LineAnswer, { ok: true }>,
  tenants: ReadonlyMap<string, readonly string[]>,
  atMs: number,
): Map<string, StepReading> {
  const rules = {
    staleAfterSeconds: signal.staleAfterSeconds,
    minimumRequests: signal.traffic?.minimum ?? null,
  };
  const readings = new Map<string, StepReading>();
  for (const [tenantId, without] of tenants) {
    if (without.includes(lineKey)) continue;
    const seconds = answer.unusable.has(tenantId) ? undefined : answer.freshness.get(tenantId);
    const evidence = {
      value: answer.values.get(tenantId),
      sampledAtMs: seconds === undefined ? undefined : seconds * 1000,
      requests: answer.requests?.get(tenantId),
    };
    readings.set(tenantId, readingAt(atMs, evidence, rules));
  }
  return readings;
}

/** Who is scaled to zero, and of whom that can't be known: they are if they were before. */
export type AtZero = { tenantIds: ReadonlySet<string>; unproven: ReadonlySet<string> };

const NOBODY: AtZero = { tenantIds: new Set(), unproven: new Set() };

/**
 * What this cycle saw of one line: the reading of every live tenant, and whether it is believed.
 * @param tenants by id, the lines that each doesn't have
 * @param atMs the instant that was asked about
 * @param atZero nothing is judged of the tenants that are scaled to zero, whatever was read
 * @returns readings are null where the cycle judges nothing
 */
export function readLine(
  judged: JudgedLine,
  answer: LineAnswer,
  tenants: ReadonlyMap<string, readonly string[]>,
  states: ReadonlyMap<string, LineState> | undefined,
  atMs: number,
  atZero: AtZero = NOBODY,
): { record: CycleRecord; readings: Map<string, StepReading> | null } {
  const { lineKey } = judged;
  if (!answer.ok) {
    const { fault, detail } = answer;
    const record: CycleRecord = {
      lineKey,
      outcome: "failed",
      reason: fault,
      detail,
      answered: 0,
      dropped: 0,
      unusable: [],
    };
    return { record, readings: null };
  }
  const readings = readingsOf(judged, answer, tenants, atMs);
  for (const tenantId of atZero.tenantIds)
    if (readings.has(tenantId)) readings.set(tenantId, { kind: "not-wanted" });
  for (const tenantId of atZero.unproven) {
    const data = states?.get(tenantId)?.step.data;
    if (data && readings.has(tenantId) && mayStillBeAtZero(data, atMs))
      readings.set(tenantId, { kind: "not-wanted", unproven: true });
  }
  const { dropped } = answer;
  const unusable = [...answer.unusable].filter(([tenantId]) => readings.has(tenantId));
  const { gone, answered, before } = massDisappearance(readings, states);
  const record = { lineKey, answered, dropped, unusable };
  const unjudged = (outcome: "failed" | "guarded", reason: CycleFault, detail: string) => ({
    record: { ...record, outcome, reason, detail },
    readings: null,
  });
  if (hasDataOfNobody(readings, states)) return unjudged("guarded", "nobody", nobodyWords(dropped));
  if (answered === 0 && dropped > 0)
    return unjudged(
      "failed",
      "malformed",
      `${dropped} series, and none has a tenant id in the tenant label.`,
    );
  if (gone)
    return unjudged("guarded", "gone", `${answered} tenants have data, of ${before} in the last good cycle.`);
  return { record: { ...record, outcome: "good", reason: null, detail: unusableWords(unusable) }, readings };
}

/** What to look at, by whether there are series that name no tenant. */
function nobodyWords(dropped: number): string {
  const never = "No tenant has data for this line, and none ever had.";
  return dropped > 0
    ? `${never} ${dropped} series have no valid tenant label: compare TENANT_LABEL with the label that ingestion stamps.`
    : `${never} Compare PROMETHEUS_URL and PROMETHEUS_TENANT_HEADER with the store, and the line's metrics with what it has.`;
}
