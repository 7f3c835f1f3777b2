import type { JobMoment, JobMoments } from "./facts";

/** One run of a migration: one job from its creation on, though another may have its name later. */
export type Run = {
  /** Names it in an address: the job's name and when it was created, in seconds. */
  id: string;
  jobName: string;
  /** null: the platform knows of no job; what is known is what something of that name reports. */
  createdAtMs: number | null;
  /** Oldest first, at least one. */
  moments: JobMoment[];
  /** Whether the job is there now; null where that isn't known. */
  present: boolean | null;
  /** Jobs of this name in several namespaces at once: their reports can't be distinguished. */
  sharesItsName: boolean;
};

/** One scrape that failed says nothing. What hasn't reported for longer than this doesn't report. */
export const REPORTS_WITHIN_MS = 600_000;

const RUN_ID = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?\.\d{1,12}$/;

export function isRunId(text: string): boolean {
  return text.length <= 80 && RUN_ID.test(text);
}

/**
 * The runs among the jobs, newest first. A job of the same name that was created at another time is another run.
 * @param nowMs the instant of the newest answer: a job that is missing from it is gone
 * @param stateKnown whether kube-state-metrics spoke of the tenant at that instant
 */
export function runsOf(jobs: readonly JobMoments[], nowMs: number, stateKnown: boolean): Run[] {
  const runs = jobs.flatMap((job) =>
    splitByCreation(job).map(({ createdAtMs, moments }): Run & { namespace: string | null } => {
      const last = moments.at(-1);
      const there =
        createdAtMs === null
          ? nowMs - (last?.atMs ?? 0) <= REPORTS_WITHIN_MS
          : last?.atMs === nowMs && hasJob(last);
      return {
        id: `${job.jobName}.${Math.floor((createdAtMs ?? 0) / 1000)}`,
        jobName: job.jobName,
        namespace: job.namespace,
        createdAtMs,
        moments,
        present: there || (stateKnown || createdAtMs === null ? false : null),
        sharesItsName: false,
      };
    }),
  );
  return runs
    .map(({ namespace, ...run }) => ({
      ...run,
      sharesItsName: runs.some(
        (other) => other.jobName === run.jobName && other.namespace !== namespace && overlap(other, run),
      ),
    }))
    .sort((a, b) => firstMs(b) - firstMs(a));
}

const hasJob = (moment: JobMoment | undefined) => createdIn(moment) !== null;
const firstMs = ({ createdAtMs, moments }: Pick<Run, "createdAtMs" | "moments">) =>
  createdAtMs ?? moments[0]?.atMs ?? 0;

function overlap(a: Pick<Run, "moments">, b: Pick<Run, "moments">): boolean {
  const ends = ({ moments }: Pick<Run, "moments">) =>
    [moments[0]?.atMs ?? 0, moments.at(-1)?.atMs ?? 0] as const;
  const [aFrom, aTo] = ends(a);
  const [bFrom, bTo] = ends(b);
  return aFrom <= bTo && bFrom <= aTo;
}

function createdIn(moment: JobMoment | undefined): number | null {
  const created = moment?.facts.created;
  return created !== undefined && Number.isFinite(created) ? created * 1000 : null;
}

/**
 * What is reported while the platform says nothing of the job belongs to the run before it: its exporter may be away. What was
 * reported before the first job of that name belongs to none.
 */
function splitByCreation({ moments }: JobMoments): { createdAtMs: number | null; moments: JobMoment[] }[] {
  const runs: { createdAtMs: number | null; moments: JobMoment[] }[] = [];
  if (!moments.some(hasJob)) return moments.length > 0 ? [{ createdAtMs: null, moments }] : [];
  for (const moment of moments) {
    const createdAtMs = createdIn(moment);
    const last = runs.at(-1);
    if (createdAtMs !== null && createdAtMs !== last?.createdAtMs)
      runs.push({ createdAtMs, moments: [moment] });
    else last?.moments.push(moment);
  }
  return runs;
}
