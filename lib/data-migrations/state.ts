import type { JobFact } from "./facts";
import type { Run } from "./runs";

/**
 * waiting: the job is there, and no pod of it runs. gone: the job is no longer there, and never reported how it ended.
 */
export const RUN_STATES = ["waiting", "running", "succeeded", "failed", "gone"] as const;
export type RunState = (typeof RUN_STATES)[number];

export type RunTimes = {
  state: RunState;
  /** null: not started, or not known. */
  startedAtMs: number | null;
  endedAtMs: number | null;
  /** false: the end is when it was first seen to have ended. */
  endedExactly: boolean;
  /** A time of the cluster that lies in the future or before the one it must follow: it isn't used. */
  clockDoubted: boolean;
};

/** Two clocks are never quite the same. */
const CLOCK_SLACK_MS = 120_000;

/**
 * How a run stands, from what the platform says of its job. What the job reports about itself decides nothing here, except where
 * the platform knows no such job: then it runs while it reports.
 */
export function stateOf(run: Run, nowMs: number): RunTimes {
  const { createdAtMs, moments } = run;
  if (createdAtMs === null) return reportedOnly(run);
  const jobs = moments.filter(({ facts }) => facts.created !== undefined);
  const last = jobs.at(-1)?.facts ?? {};
  const clock = plausibleFrom(createdAtMs, nowMs);
  const startedAtMs = clock.read(last.started) ?? firstWith(jobs, ({ active }) => (active ?? 0) > 0);
  const seenEnded = (fact: "succeeded" | "failed") => firstWith(jobs, (facts) => facts[fact] === 1);
  const ended = (state: RunState, exact: number | null, seen: number | null): RunTimes => ({
    state,
    startedAtMs,
    endedAtMs: exact ?? seen,
    endedExactly: exact !== null,
    clockDoubted: clock.doubted(),
  });
  const podEnded = () => clock.read(last.podEnded);
  if (last.succeeded === 1)
    return ended("succeeded", clock.read(last.completed) ?? podEnded(), seenEnded("succeeded"));
  if (last.failed === 1) return ended("failed", podEnded(), seenEnded("failed"));
  if (run.present === false) return ended("gone", null, jobs.at(-1)?.atMs ?? null);
  const state = (last.active ?? 0) > 0 ? "running" : "waiting";
  return { state, startedAtMs, endedAtMs: null, endedExactly: false, clockDoubted: clock.doubted() };
}

function reportedOnly({ moments, present }: Run): RunTimes {
  const startedAtMs = moments[0]?.atMs ?? null;
  const base = { startedAtMs, endedExactly: false, clockDoubted: false };
  if (present) return { ...base, state: "running", endedAtMs: null };
  return { ...base, state: "gone", endedAtMs: moments.at(-1)?.atMs ?? null };
}

function firstWith(
  moments: Run["moments"],
  holds: (facts: Partial<Record<JobFact, number>>) => boolean,
): number | null {
  return moments.find(({ facts }) => holds(facts))?.atMs ?? null;
}

/** Reads times in seconds that must lie between a job's creation and now. */
function plausibleFrom(createdAtMs: number, nowMs: number) {
  let doubted = createdAtMs > nowMs + CLOCK_SLACK_MS;
  return {
    read(seconds: number | undefined): number | null {
      if (seconds === undefined || !Number.isFinite(seconds) || seconds <= 0) return null;
      const atMs = seconds * 1000;
      if (atMs >= createdAtMs - CLOCK_SLACK_MS && atMs <= nowMs + CLOCK_SLACK_MS)
        return Math.min(atMs, nowMs);
      doubted = true;
      return null;
    },
    doubted: () => doubted,
  };
}
