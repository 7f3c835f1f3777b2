import type { Threshold } from "@/lib/catalogue/bundle";
import { breaches } from "./threshold";

/**
 * What one evaluation cycle saw of one line. Only a value is fresh. The first four kinds are those of lib/evaluation/view.ts, so
 * what was read fits.
 */
export type StepReading =
  | { kind: "value"; value: number }
  | { kind: "no-traffic" }
  | { kind: "no-data" }
  | { kind: "unknown" }
  /** The capability is scaled to zero: whatever was measured, none of it is wanted. unproven: it was, and nothing shows what it is now. */
  | { kind: "not-wanted"; unproven?: true };

/** A threshold together with the direction that is bad for its signal. */
export type JudgedThreshold = Threshold & { worse: "higher" | "lower" };

/** The evaluation cycle that is judged. */
export type Cycle = {
  /** The slot's scheduled time in milliseconds, never the time at which the work was done. */
  atMs: number;
  /** How far apart the cycles are. Time counts for at most two intervals between two evaluations. */
  intervalSeconds: number;
  /**
   * The newest earlier cycle that could not ask, or null. It belongs to the signal's cycle and not to a tenant's state, so it
   * comes in here: that is how an unknown cycle can change no state and its time can still count for nothing.
   */
  unknownUntilMs: number | null;
};

/** From the first breach that counts to the recovery. Firing, recovering and firing again are one episode. */
export type Episode = {
  /** When the breach began, before it had lasted long enough. */
  breachedAtMs: number;
  firedAtMs: number;
  /** The worst value judged since then. */
  worst: number;
};

export type ConditionState =
  /** `sinceMs` is null until a fresh value has been judged for the first time. */
  | { condition: "ok"; sinceMs: number | null }
  | {
      condition: "pending";
      sinceMs: number;
      /** The breaching time that counts, so far. */
      countedMs: number;
      /** Up to here time has been counted, or seen to count for nothing. */
      countedUntilMs: number;
      worst: number;
    }
  | { condition: "firing"; sinceMs: number; episode: Episode }
  | {
      condition: "recovering";
      sinceMs: number;
      countedMs: number;
      countedUntilMs: number;
      /** Fresh good evaluations in a row, the first one included. */
      goodEvaluations: number;
      episode: Episode;
    };

export type DataState = {
  /** null until the first cycle that could ask. A line is missing only after `MISSING_AFTER_CYCLES` cycles without data. */
  kind: "fresh" | "no-traffic" | "missing" | null;
  sinceMs: number | null;
  /**
   * The cycles without data in a row, counted up to `MISSING_AFTER_CYCLES`; null while there are none. notWanted: the newest of them
   * wanted none. Once data is wanted again, `sinceMs` is when that was first seen. unprovenSinceMs: since when nothing shows whether
   * it is wanted; absent while something does.
   */
  absent: { cycles: number; sinceMs: number; notWanted?: true; unprovenSinceMs?: number } | null;
};

/**
 * Where one line of one tenant stands: two axes, the condition and the data. Plain JSON.
 *
 * It stays the very same object where a cycle changes nothing, and a line that is ok and fresh never changes: only rows that
 * turn, or count, need to be written.
 */
export type StepState = { judged: ConditionState; data: DataState };

/** What happened to the condition. Each word is an edge of the state machine. */
export type ConditionTransition =
  | "breach-began" // ok → pending
  | "breach-ended" // pending → ok: too short to alert
  | "fired" // ok or pending → firing: a new episode
  | "recovery-began" // firing → recovering
  | "breached-again" // recovering → firing: the same episode
  | "recovered" // recovering → ok
  | "expired"; // firing or recovering → ok: a day without data; nobody knows how it ended

/** What happened to the data. */
export type DataTransition = "went-missing" | "has-no-traffic" | "became-fresh";

export type StepResult = {
  state: StepState;
  transition: ConditionTransition | null;
  /** The axes are independent: data may come back in the very cycle in which it fires. */
  dataTransition: DataTransition | null;
};

/** One missed scrape is nothing; three cycles without data are a state. */
export const MISSING_AFTER_CYCLES = 3;
/** A firing line whose data has been missing for this long ends as "expired". */
export const EXPIRES_AFTER_MISSING_MS = 24 * 3_600_000;
/** Good evaluations in a row that a recovery needs, whatever its hold. */
const GOOD_EVALUATIONS_TO_RECOVER = 2;

/** The state of a line that was never judged. */
export const INITIAL_STATE: StepState = Object.freeze({
  judged: Object.freeze({ condition: "ok", sinceMs: null }),
  data: Object.freeze({ kind: null, sinceMs: null, absent: null }),
});

/**
 * Judges one reading: the only judgement there is, for the page, the preview and the evaluator alike.
 *
 * - A breach is pending until it has lasted `forSeconds`; with 0 it fires at once. Only the time between fresh breaching
 *   evaluations counts, at most two intervals for each, and none of the time in which nothing could be known.
 * - A fresh good value ends a pending breach. A firing one recovers after two good evaluations and `recoverForSeconds`,
 *   counted in the same way; a breach before that goes on with the same episode.
 * - No traffic and missing data judge nothing: the condition stays as it was. Nothing is resolved by their coming, save that a
 *   firing line ends as expired after a day of missing data.
 * - What isn't wanted is no data, and ends a pending breach: an outage after it is counted from its own beginning. The state keeps
 *   since when that isn't proven any more.
 * - An unknown reading returns the state that was given.
 */
export function step(
  state: StepState,
  reading: StepReading,
  threshold: JudgedThreshold,
  now: Cycle,
): StepResult {
  if (reading.kind === "unknown") return { state, transition: null, dataTransition: null };
  const { data, dataTransition } = nextData(state.data, reading, now.atMs);
  const { judged, transition } =
    reading.kind === "value"
      ? judge(state.judged, reading.value, threshold, now)
      : abstain(state.judged, reading.kind, data, now.atMs);
  const unchanged = judged === state.judged && data === state.data;
  return { state: unchanged ? state : { judged, data }, transition, dataTransition };
}

type Judgement = { judged: ConditionState; transition: ConditionTransition | null };

function judge(judged: ConditionState, value: number, threshold: JudgedThreshold, now: Cycle): Judgement {
  return breaches(value, threshold, threshold.worse)
    ? judgeBreach(judged, value, threshold, now)
    : judgeGood(judged, threshold, now);
}

function judgeBreach(
  judged: ConditionState,
  value: number,
  threshold: JudgedThreshold,
  now: Cycle,
): Judgement {
  const { atMs } = now;
  const worseOf = (known: number) =>
    threshold.worse === "higher" ? Math.max(known, value) : Math.min(known, value);
  switch (judged.condition) {
    case "ok":
      if (threshold.forSeconds === 0) return fire({ breachedAtMs: atMs, firedAtMs: atMs, worst: value });
      return {
        judged: { condition: "pending", sinceMs: atMs, countedMs: 0, countedUntilMs: atMs, worst: value },
        transition: "breach-began",
      };
    case "pending": {
      const countedMs = judged.countedMs + countable(judged.countedUntilMs, now);
      const worst = worseOf(judged.worst);
      if (countedMs >= threshold.forSeconds * 1000) {
        // It began no later than the time that was counted, also where the clock was put back since.
        const breachedAtMs = Math.min(judged.sinceMs, atMs - countedMs);
        return fire({ breachedAtMs, firedAtMs: atMs, worst });
      }
      return { judged: { ...judged, countedMs, countedUntilMs: atMs, worst }, transition: null };
    }
    case "firing": {
      const worst = worseOf(judged.episode.worst);
      if (worst === judged.episode.worst) return { judged, transition: null };
      return { judged: { ...judged, episode: { ...judged.episode, worst } }, transition: null };
    }
    case "recovering":
      return {
        ...fire({ ...judged.episode, worst: worseOf(judged.episode.worst) }),
        transition: "breached-again",
      };
  }
}

/** Firing is since the episode fired, also after a recovery that didn't last: it is one episode. */
function fire(episode: Episode): Judgement {
  return { judged: { condition: "firing", sinceMs: episode.firedAtMs, episode }, transition: "fired" };
}

function judgeGood(judged: ConditionState, threshold: JudgedThreshold, now: Cycle): Judgement {
  const { atMs } = now;
  switch (judged.condition) {
    case "ok":
      if (judged.sinceMs !== null) return { judged, transition: null };
      return { judged: { condition: "ok", sinceMs: atMs }, transition: null };
    case "pending":
      return { judged: { condition: "ok", sinceMs: atMs }, transition: "breach-ended" };
    case "firing":
      return {
        judged: {
          condition: "recovering",
          sinceMs: atMs,
          countedMs: 0,
          countedUntilMs: atMs,
          goodEvaluations: 1,
          episode: judged.episode,
        },
        transition: "recovery-began",
      };
    case "recovering": {
      // The same slot evaluated twice is one evaluation.
      if (atMs === judged.countedUntilMs) return { judged, transition: null };
      const countedMs = judged.countedMs + countable(judged.countedUntilMs, now);
      const goodEvaluations = judged.goodEvaluations + 1;
      if (goodEvaluations >= GOOD_EVALUATIONS_TO_RECOVER && countedMs >= threshold.recoverForSeconds * 1000)
        return { judged: { condition: "ok", sinceMs: atMs }, transition: "recovered" };
      return { judged: { ...judged, countedMs, countedUntilMs: atMs, goodEvaluations }, transition: null };
    }
  }
}

/** No fresh value: nothing is judged, and the time up to here counts for nothing. */
function abstain(
  judged: ConditionState,
  kind: Exclude<StepReading["kind"], "value" | "unknown">,
  data: DataState,
  atMs: number,
): Judgement {
  switch (judged.condition) {
    case "ok":
      return { judged, transition: null };
    case "firing":
    case "recovering":
      if (data.kind === "missing" && data.sinceMs !== null && atMs - data.sinceMs >= EXPIRES_AFTER_MISSING_MS)
        return { judged: { condition: "ok", sinceMs: atMs }, transition: "expired" };
      if (judged.condition === "firing") return { judged, transition: null };
      return { judged: { ...judged, countedUntilMs: atMs }, transition: null };
    case "pending":
      if (kind === "not-wanted")
        return { judged: { condition: "ok", sinceMs: atMs }, transition: "breach-ended" };
      return { judged: { ...judged, countedUntilMs: atMs }, transition: null };
  }
}

/** The time that this evaluation covers: never negative when a clock jumps back, never more than two intervals. */
function countable(countedUntilMs: number, now: Cycle): number {
  const fromMs = Math.max(countedUntilMs, now.unknownUntilMs ?? Number.NEGATIVE_INFINITY);
  return Math.min(Math.max(0, now.atMs - fromMs), 2 * now.intervalSeconds * 1000);
}

function nextData(
  data: DataState,
  reading: Exclude<StepReading, { kind: "unknown" }>,
  atMs: number,
): { data: DataState; dataTransition: DataTransition | null } {
  const { kind } = reading;
  if (kind === "no-data") return nextAbsence(data.absent?.notWanted ? wantedAgain(data, atMs) : data, atMs);
  if (kind === "not-wanted") return nextUnwanted(data, atMs, reading.unproven === true);
  const next = kind === "value" ? "fresh" : "no-traffic";
  if (data.kind === next)
    return { data: data.absent ? { ...data, absent: null } : data, dataTransition: null };
  const first = data.kind === null;
  const word = next === "fresh" ? "became-fresh" : "has-no-traffic";
  return { data: { kind: next, sinceMs: atMs, absent: null }, dataTransition: first ? null : word };
}

function nextAbsence(
  data: DataState,
  atMs: number,
): { data: DataState; dataTransition: DataTransition | null } {
  if (data.kind === "missing") return { data, dataTransition: null };
  const absent = { cycles: (data.absent?.cycles ?? 0) + 1, sinceMs: data.absent?.sinceMs ?? atMs };
  if (absent.cycles < MISSING_AFTER_CYCLES) return { data: { ...data, absent }, dataTransition: null };
  return { data: { kind: "missing", sinceMs: absent.sinceMs, absent }, dataTransition: "went-missing" };
}

/** A line that was missing stays so, for its alert expires a day after the last data. Missed cycles count from this one on. */
function wantedAgain(data: DataState, atMs: number): DataState {
  return data.kind === "missing"
    ? { ...data, absent: { cycles: 1, sinceMs: atMs } }
    : { ...data, absent: null };
}

function nextUnwanted(
  data: DataState,
  atMs: number,
  isUnproven: boolean,
): { data: DataState; dataTransition: DataTransition | null } {
  const { data: next, dataTransition } = nextAbsence(data, atMs);
  const unprovenSinceMs = isUnproven ? (data.absent?.unprovenSinceMs ?? atMs) : undefined;
  if (next === data && data.absent?.notWanted && data.absent.unprovenSinceMs === unprovenSinceMs)
    return { data, dataTransition };
  const { cycles, sinceMs } = next.absent ?? {
    cycles: MISSING_AFTER_CYCLES,
    sinceMs: next.sinceMs ?? atMs,
  };
  const absent = { cycles, sinceMs, notWanted: true as const };
  return {
    data: { ...next, absent: unprovenSinceMs === undefined ? absent : { ...absent, unprovenSinceMs } },
    dataTransition,
  };
}
