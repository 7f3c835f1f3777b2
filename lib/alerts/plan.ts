import type { EffectiveThreshold, LineKey } from "@/lib/evaluation/effective";
import type { BadPart } from "@/lib/evaluation/parts";
import type { StepReading } from "@/lib/evaluation/step";
import type { Alert } from "./alert";
import { type HoldInput, holdBack } from "./held-back";
import { endLine, INITIAL_LINE, type Judged, judgeLine, type LineEvent, type LineState } from "./judge";
import { mailsDue, type PlannedMail, type ThreadMails } from "./mails";

/** One judged line of the bundle in one cycle. */
export type PlannedLine = {
  lineKey: LineKey;
  worse: "higher" | "lower";
  isMissingMailed: boolean;
  /** The newest earlier slot in which this line could not be asked, or was not trusted. */
  unknownUntilMs: number | null;
  /** By tenant, of all that are judged. null: the cycle failed or was guarded, and changes nothing. */
  readings: ReadonlyMap<string, StepReading> | null;
  /** By tenant, the bad parts that the cycle leaves; it learned nothing about others. */
  badParts: ReadonlyMap<string, readonly BadPart[]>;
};

export type StatesByLine = ReadonlyMap<LineKey, ReadonlyMap<string, LineState>>;

export type PlanInput = {
  /** The slot. */
  atMs: number;
  intervalSeconds: number;
  lines: readonly PlannedLine[];
  /** By the id of each live tenant, the lines that it doesn't have. Nobody else is judged, and nobody else gets mail. */
  live: ReadonlyMap<string, readonly string[]>;
  /** Those past their eviction date: they don't serve by agreement. */
  evicted: ReadonlySet<string>;
  thresholdsOf: (tenantId: string) => ReadonlyMap<LineKey, EffectiveThreshold>;
  states: StatesByLine;
  /** The open ones, and those that ended in their threads. */
  alerts: readonly Alert[];
  threads: ReadonlyMap<string, ThreadMails>;
  newId: () => string;
};

export type ChangedState = { tenantId: string; lineKey: LineKey; state: LineState; value: number | null };

/** What a cycle has found: the first half of its plan. */
export type Judgements = {
  states: ChangedState[];
  /** New ones and changed ones, as they are after the cycle. */
  alerts: Alert[];
  /** What there is to report, by tenant. */
  events: ReadonlyMap<string, readonly LineEvent[]>;
};

/** Everything that a cycle changes. Nothing of it is true before it is committed. */
export type CyclePlan = Pick<Judgements, "states" | "alerts"> & {
  mails: { tenantId: string; mail: PlannedMail }[];
};

/** What one cycle finds: the states and alerts of every tenant, from what was read and what was asked. */
export function judgeCycle(input: PlanInput): Judgements {
  const openBy = openAlerts(input.alerts);
  const findings = createFindings();
  for (const line of input.lines) {
    if (line.readings)
      takeLine(input, { ...line, readings: line.readings }, openBy.get(line.lineKey), findings);
  }
  for (const [tenantId, lineKey, before] of unjudged(input, openBy)) {
    const gone = input.evicted.has(tenantId) ? "evicted" : "offboarded";
    const reason = input.live.has(tenantId) ? "cancelled" : gone;
    const judged = endLine({ ...before, lineKey }, input.atMs, reason);
    findings.take({ tenantId, lineKey, before, judged, value: null });
  }
  return findings.judgements();
}

/** What was judged of one line of one tenant, and what it was before. */
type Finding = {
  tenantId: string;
  lineKey: LineKey;
  before: { state: LineState; alert: Alert | null };
  judged: Judged;
  value: number | null;
};

type TenantChanges = { events: LineEvent[]; alerts: Map<string, Alert> };

/** Gathers the changes of a cycle. */
function createFindings() {
  const states: ChangedState[] = [];
  const byTenant = new Map<string, TenantChanges>();
  const of = (tenantId: string): TenantChanges => {
    const known = byTenant.get(tenantId) ?? { events: [], alerts: new Map() };
    byTenant.set(tenantId, known);
    return known;
  };
  return {
    take({ tenantId, lineKey, before, judged, value }: Finding): void {
      if (judged.state !== before.state) states.push({ tenantId, lineKey, state: judged.state, value });
      if (judged.events.length > 0) of(tenantId).events.push(...judged.events);
      if (judged.alert && judged.alert !== before.alert)
        of(tenantId).alerts.set(judged.alert.id, judged.alert);
    },
    judgements(): Judgements {
      const tenants = [...byTenant];
      return {
        states,
        alerts: tenants.flatMap(([, { alerts }]) => [...alerts.values()]),
        events: new Map(tenants.map(([tenantId, { events }]) => [tenantId, events])),
      };
    },
  };
}

/** Judges one line for all tenants that have a reading of it. */
function takeLine(
  input: PlanInput,
  line: PlannedLine & { readings: ReadonlyMap<string, StepReading> },
  open: ReadonlyMap<string, Alert> | undefined,
  findings: ReturnType<typeof createFindings>,
): void {
  const { atMs, intervalSeconds, newId } = input;
  const { lineKey, worse, isMissingMailed, unknownUntilMs } = line;
  const cycle = { atMs, intervalSeconds, unknownUntilMs };
  const states = input.states.get(lineKey);
  const directed = thresholdsOfLine(worse);
  for (const [tenantId, reading] of line.readings) {
    const effective = input.thresholdsOf(tenantId).get(lineKey);
    if (!effective) continue;
    const before = { state: states?.get(tenantId) ?? INITIAL_LINE, alert: open?.get(tenantId) ?? null };
    const threshold = directed(effective);
    const badParts = line.badParts.get(tenantId) ?? null;
    const judged = judgeLine(
      { tenantId, lineKey, ...before, threshold, isMissingMailed, badParts, newId },
      reading,
      cycle,
    );
    const value = reading.kind === "value" ? reading.value : null;
    findings.take({ tenantId, lineKey, before, judged, value });
  }
}

type Open = ReadonlyMap<LineKey, ReadonlyMap<string, Alert>>;

function openAlerts(alerts: readonly Alert[]): Open {
  const open = new Map<LineKey, Map<string, Alert>>();
  for (const alert of alerts) {
    if (alert.ended) continue;
    const ofLine = open.get(alert.lineKey) ?? new Map<string, Alert>();
    open.set(alert.lineKey, ofLine.set(alert.tenantId, alert));
  }
  return open;
}

/** Most tenants share the default, so it is given its direction once and not ten thousand times. */
function thresholdsOfLine(worse: "higher" | "lower") {
  const known = new Map<EffectiveThreshold, EffectiveThreshold & { worse: "higher" | "lower" }>();
  return (threshold: EffectiveThreshold) => {
    const directed = known.get(threshold) ?? { ...threshold, worse };
    known.set(threshold, directed);
    return directed;
  };
}

/** What is kept of lines that are no longer judged, and of tenants that are not live. */
function* unjudged(
  input: PlanInput,
  openBy: Open,
): Generator<[string, LineKey, { state: LineState; alert: Alert | null }]> {
  const judged = new Set(input.lines.map(({ lineKey }) => lineKey));
  const isJudged = (tenantId: string, lineKey: LineKey) =>
    judged.has(lineKey) && input.live.get(tenantId)?.includes(lineKey) === false;
  for (const [lineKey, states] of input.states)
    for (const [tenantId, state] of states)
      if (!isJudged(tenantId, lineKey))
        yield [tenantId, lineKey, { state, alert: openBy.get(lineKey)?.get(tenantId) ?? null }];
  for (const [lineKey, alerts] of openBy)
    for (const [tenantId, alert] of alerts)
      if (!isJudged(tenantId, lineKey) && !input.states.get(lineKey)?.has(tenantId))
        yield [tenantId, lineKey, { state: INITIAL_LINE, alert }];
}

/**
 * Which mails everybody is due after a cycle, and which are held back: the second half of its plan.
 * @param incidentOf what is known of a platform incident behind an alert that has just fired, or that is held
 */
export function planMails(
  input: PlanInput,
  judged: Judgements,
  incidentOf: HoldInput["incidentOf"],
): Pick<CyclePlan, "alerts" | "mails"> {
  const before = alertsByTenant(input.alerts);
  const changed = alertsByTenant(judged.alerts);
  const fires = firingAfter(input, judged);
  const alerts: Alert[] = [];
  const mails: CyclePlan["mails"] = [];
  for (const tenantId of new Set([...before.keys(), ...changed.keys(), ...judged.events.keys()])) {
    const isLive = input.live.has(tenantId);
    const all = new Map([...(before.get(tenantId) ?? []), ...(changed.get(tenantId) ?? [])]);
    const touched = new Set(changed.get(tenantId)?.keys());
    const held = holdBack({
      atMs: input.atMs,
      events: isLive ? (judged.events.get(tenantId) ?? []) : [],
      open: isLive ? [...all.values()].filter((alert) => !alert.ended) : [],
      incidentOf,
      fires,
    });
    for (const alert of held.changed) {
      all.set(alert.id, alert);
      touched.add(alert.id);
    }
    const after = [...all.values()];
    const mailing = mailsDue({
      atMs: input.atMs,
      events: held.events,
      open: isLive ? after.filter((alert) => !alert.ended) : [],
      past: after.filter((alert) => alert.ended),
      threads: input.threads,
      known: knownOf(input, tenantId),
    });
    mails.push(...mailing.mails.map((mail) => ({ tenantId, mail })));
    for (const alert of after) {
      const change = mailing.changes.get(alert.id);
      if (change || touched.has(alert.id)) alerts.push({ ...alert, ...change });
    }
  }
  return { alerts, mails };
}

const SAYS_NOTHING: ReadonlySet<StepReading["kind"] | undefined> = new Set(["unknown", "not-wanted"]);

/** The lines of a tenant that this cycle could judge. Its own reading may say nothing where the others' do. */
const knownOf = ({ lines }: PlanInput, tenantId: string): Set<LineKey> =>
  new Set(
    lines.flatMap(({ lineKey, readings }) =>
      readings && !SAYS_NOTHING.has(readings.get(tenantId)?.kind) ? [lineKey] : [],
    ),
  );

function alertsByTenant(alerts: readonly Alert[]): Map<string, Map<string, Alert>> {
  const byTenant = new Map<string, Map<string, Alert>>();
  for (const alert of alerts) {
    const known = byTenant.get(alert.tenantId) ?? new Map<string, Alert>();
    byTenant.set(alert.tenantId, known.set(alert.id, alert));
  }
  return byTenant;
}

/** Whether a line was judged in this cycle and stands outside its threshold, not on its way back. */
function firingAfter(input: PlanInput, judged: Judgements): HoldInput["fires"] {
  const keyed = () =>
    new Map(judged.states.map(({ tenantId, lineKey, state }) => [`${tenantId} ${lineKey}`, state]));
  let changed: ReturnType<typeof keyed> | null = null; // nearly always nothing is held, and nobody asks
  return ({ tenantId, lineKey }) => {
    changed ??= keyed();
    const state = changed.get(`${tenantId} ${lineKey}`) ?? input.states.get(lineKey)?.get(tenantId);
    return knownOf(input, tenantId).has(lineKey) && state?.step.judged.condition === "firing";
  };
}
