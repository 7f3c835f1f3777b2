import type { EffectiveThreshold, LineKey } from "@/lib/evaluation/effective";
import type { StepReading } from "@/lib/evaluation/step";
import type { Episode } from "./episode";
import { type HoldNews, holdBack } from "./held-back";
import { endLine, INITIAL_LINE, type Judged, judgeLine, type LineEvent, type LineState } from "./judge";
import { mailsDue, type PlannedMail, type ThreadMails } from "./mails";

/** One judged line of the bundle in one cycle. */
export type PlannedLine = {
  lineKey: LineKey;
  worse: "higher" | "lower";
  missingIsTold: boolean;
  /** The newest earlier slot in which this line could not be asked, or was not believed. */
  unknownUntilMs: number | null;
  /** By tenant, of all that are judged. null: the cycle failed or was guarded, and changes nothing. */
  readings: ReadonlyMap<string, StepReading> | null;
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
  episodes: readonly Episode[];
  threads: ReadonlyMap<string, ThreadMails>;
  newId: () => string;
};

export type ChangedState = { tenantId: string; lineKey: LineKey; state: LineState; value: number | null };

/** What a cycle has found: the first half of its plan. */
export type Judgements = {
  states: ChangedState[];
  /** New ones and changed ones, as they are after the cycle. */
  episodes: Episode[];
  /** By tenant, what there is to tell. */
  events: ReadonlyMap<string, readonly LineEvent[]>;
};

/** Everything that a cycle changes. Nothing of it is true before it is committed. */
export type Plan = Pick<Judgements, "states" | "episodes"> & {
  mails: { tenantId: string; mail: PlannedMail }[];
};

type TenantWork = { events: LineEvent[]; episodes: Map<string, Episode> };

/** What one cycle finds: the states and episodes of every tenant, from what was read and what was asked. */
export function judgeCycle(input: PlanInput): Judgements {
  const openBy = openEpisodes(input.episodes);
  const work = new Map<string, TenantWork>();
  const workOf = (tenantId: string): TenantWork => {
    const known = work.get(tenantId) ?? { events: [], episodes: new Map() };
    work.set(tenantId, known);
    return known;
  };
  const states: ChangedState[] = [];

  const take = (
    tenantId: string,
    lineKey: LineKey,
    before: { state: LineState; episode: Episode | null },
    judged: Judged,
    value: number | null,
  ) => {
    if (judged.state !== before.state) states.push({ tenantId, lineKey, state: judged.state, value });
    if (judged.events.length > 0) workOf(tenantId).events.push(...judged.events);
    if (judged.episode && judged.episode !== before.episode)
      workOf(tenantId).episodes.set(judged.episode.id, judged.episode);
  };

  for (const line of input.lines) {
    if (!line.readings) continue;
    const statesOfLine = input.states.get(line.lineKey);
    const { lineKey, worse, missingIsTold, unknownUntilMs } = line;
    const cycle = { atMs: input.atMs, intervalSeconds: input.intervalSeconds, unknownUntilMs };
    const openOfLine = openBy.get(lineKey);
    const directed = thresholdsOfLine(worse);
    for (const [tenantId, reading] of line.readings) {
      const threshold = input.thresholdsOf(tenantId).get(lineKey);
      if (!threshold) continue;
      const state = statesOfLine?.get(tenantId) ?? INITIAL_LINE;
      const episode = openOfLine?.get(tenantId) ?? null;
      const judged = judgeLine(
        {
          tenantId,
          lineKey,
          state,
          episode,
          threshold: directed(threshold),
          missingIsTold,
          newId: input.newId,
        },
        reading,
        cycle,
      );
      take(tenantId, lineKey, { state, episode }, judged, reading.kind === "value" ? reading.value : null);
    }
  }

  for (const [tenantId, lineKey, before] of unjudged(input, openBy)) {
    const gone = input.evicted.has(tenantId) ? "evicted" : "offboarded";
    const reason = input.live.has(tenantId) ? "cancelled" : gone;
    take(tenantId, lineKey, before, endLine({ ...before, lineKey }, input.atMs, reason), null);
  }
  const worked = [...work];
  return {
    states,
    episodes: worked.flatMap(([, { episodes }]) => [...episodes.values()]),
    events: new Map(worked.map(([tenantId, { events }]) => [tenantId, events])),
  };
}

type Open = ReadonlyMap<LineKey, ReadonlyMap<string, Episode>>;

function openEpisodes(episodes: readonly Episode[]): Open {
  const open = new Map<LineKey, Map<string, Episode>>();
  for (const episode of episodes) {
    if (episode.ended) continue;
    const ofLine = open.get(episode.lineKey) ?? new Map<string, Episode>();
    open.set(episode.lineKey, ofLine.set(episode.tenantId, episode));
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

/** What is remembered of lines that are no longer judged, and of tenants that are not live. */
function* unjudged(
  input: PlanInput,
  openBy: Open,
): Generator<[string, LineKey, { state: LineState; episode: Episode | null }]> {
  const judged = new Set(input.lines.map(({ lineKey }) => lineKey));
  const isJudged = (tenantId: string, lineKey: LineKey) =>
    judged.has(lineKey) && input.live.get(tenantId)?.includes(lineKey) === false;
  for (const [lineKey, states] of input.states)
    for (const [tenantId, state] of states)
      if (!isJudged(tenantId, lineKey))
        yield [tenantId, lineKey, { state, episode: openBy.get(lineKey)?.get(tenantId) ?? null }];
  for (const [lineKey, episodes] of openBy)
    for (const [tenantId, episode] of episodes)
      if (!isJudged(tenantId, lineKey) && !input.states.get(lineKey)?.has(tenantId))
        yield [tenantId, lineKey, { state: INITIAL_LINE, episode }];
}

/**
 * Which mails everybody is due after a cycle, and which are held back: the second half of its plan.
 * @param incidentOf what is known of a platform incident behind an alert that has just fired, or that is held
 */
export function planMails(
  input: PlanInput,
  judged: Judgements,
  incidentOf: HoldNews["incidentOf"],
): Pick<Plan, "episodes" | "mails"> {
  const before = episodesByTenant(input.episodes);
  const changed = episodesByTenant(judged.episodes);
  const known = new Set(input.lines.flatMap(({ lineKey, readings }) => (readings ? [lineKey] : [])));
  const fires = firingAfter(input, judged, known);
  const episodes: Episode[] = [];
  const mails: Plan["mails"] = [];
  for (const tenantId of new Set([...before.keys(), ...changed.keys(), ...judged.events.keys()])) {
    const isLive = input.live.has(tenantId);
    const all = new Map([...(before.get(tenantId) ?? []), ...(changed.get(tenantId) ?? [])]);
    const touched = new Set(changed.get(tenantId)?.keys());
    const held = holdBack({
      atMs: input.atMs,
      events: isLive ? (judged.events.get(tenantId) ?? []) : [],
      open: isLive ? [...all.values()].filter((episode) => !episode.ended) : [],
      incidentOf,
      fires,
    });
    for (const episode of held.changed) {
      all.set(episode.id, episode);
      touched.add(episode.id);
    }
    const after = [...all.values()];
    const mailing = mailsDue({
      atMs: input.atMs,
      events: held.events,
      open: isLive ? after.filter((episode) => !episode.ended) : [],
      past: after.filter((episode) => episode.ended),
      threads: input.threads,
      known,
    });
    mails.push(...mailing.mails.map((mail) => ({ tenantId, mail })));
    for (const episode of after) {
      const change = mailing.changes.get(episode.id);
      if (change || touched.has(episode.id)) episodes.push({ ...episode, ...change });
    }
  }
  return { episodes, mails };
}

function episodesByTenant(episodes: readonly Episode[]): Map<string, Map<string, Episode>> {
  const byTenant = new Map<string, Map<string, Episode>>();
  for (const episode of episodes) {
    const known = byTenant.get(episode.tenantId) ?? new Map<string, Episode>();
    byTenant.set(episode.tenantId, known.set(episode.id, episode));
  }
  return byTenant;
}

/** Whether a line was judged in this cycle and stands outside its threshold, not on its way back. */
function firingAfter(
  { states }: PlanInput,
  judged: Judgements,
  known: ReadonlySet<LineKey>,
): HoldNews["fires"] {
  const keyed = () =>
    new Map(judged.states.map(({ tenantId, lineKey, state }) => [`${tenantId} ${lineKey}`, state]));
  let changed: ReturnType<typeof keyed> | null = null; // nearly always nothing is held, and nobody asks
  return ({ tenantId, lineKey }) => {
    changed ??= keyed();
    const state = changed.get(`${tenantId} ${lineKey}`) ?? states.get(lineKey)?.get(tenantId);
    return known.has(lineKey) && state?.step.judged.condition === "firing";
  };
}
