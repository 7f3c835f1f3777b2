/** What became of a step. `skipped`: it depends on one that failed. */
export type DrillStepResult = "passed" | "failed" | "skipped";

export type StepOutcome = {
  title: string;
  result: DrillStepResult;
  beganAtMs: number;
  tookMs: number;
  /** What was seen, a sentence each. */
  seen: string[];
  /** Why it failed, in one or several lines; null when it didn't. */
  failure: string | null;
  /** Files of the drill's folder, relative to it. */
  pictures: { file: string; shows: string }[];
  mails: string[];
};

export type DrillOutcome = {
  /** The portal that was drilled. */
  portal: string;
  tenant: string;
  /** The commit that was cloned, where the drill started a demo of its own. */
  commit: string | null;
  beganAtMs: number;
  tookMs: number;
  /** From a bare clone to the signed-in healthy page; null where there was no clone, or no healthy page. */
  cloneToHealthyMs: number | null;
  steps: StepOutcome[];
};

/** A drill has an hour. */
export const BUDGET_MS = 3_600_000;
/** From a bare clone to a signed-in healthy page. */
export const CLONE_TO_HEALTHY_LIMIT_MS = 300_000;

/** Whether everything was seen, and in time. */
export function drillPassed({ steps, tookMs, cloneToHealthyMs }: DrillOutcome): boolean {
  const inTime = cloneToHealthyMs === null || cloneToHealthyMs <= CLONE_TO_HEALTHY_LIMIT_MS;
  return (
    steps.length > 0 && steps.every(({ result }) => result === "passed") && tookMs <= BUDGET_MS && inTime
  );
}

/** A duration for people: "0.8 s", "42 s", "3 min 05 s". */
export function tookWords(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60 === 0 ? "" : ` ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(seconds / 60)} min${rest}`;
}
