/** What kube-state-metrics says of a job. Times are seconds since the epoch, by the cluster's clock. */
export const JOB_FACTS = [
  "created",
  "started",
  "completed",
  "podEnded",
  "active",
  "succeeded",
  "failed",
] as const;

/** What the job itself reports, by the contract in docs/data-migrations.md. */
export const REPORTED_FACTS = [
  "itemsDone",
  "itemsExpected",
  "bytesDone",
  "bytesExpected",
  "ratio",
  "errors",
] as const;

export type JobFact = (typeof JOB_FACTS)[number] | (typeof REPORTED_FACTS)[number];
export type ReportedFact = (typeof REPORTED_FACTS)[number];

/** What was known of a job at an instant. A fact that is missing was not measured; a number may be NaN or infinite. */
export type JobMoment = { atMs: number; facts: Partial<Record<JobFact, number>> };

/** A job by its name, and its namespace where the platform says one. */
export type JobMoments = { jobName: string; namespace: string | null; moments: JobMoment[] };

type Labelled = {
  labels: Record<string, string>;
  points: readonly (readonly [atMs: number, value: number])[];
};

const FACTS = new Set<string>([...JOB_FACTS, ...REPORTED_FACTS]);

/**
 * Brings answers to the facts query together: by job, its moments, oldest first. Where two answers know the same instant, the later
 * one counts.
 *
 * What a job reports has no namespace, since it may be pushed from anywhere; it goes to every job of that name. Where nothing but
 * reports are known of a name, it is a job of no namespace.
 */
export function jobMoments(answers: readonly (readonly Labelled[])[]): JobMoments[] {
  const jobs = new Map<string, { jobName: string; namespace: string | null; at: Map<number, JobMoment> }>();
  const put = (
    key: string,
    jobName: string,
    namespace: string | null,
    fact: JobFact,
    points: Labelled["points"],
  ) => {
    const job = jobs.get(key) ?? { jobName, namespace, at: new Map() };
    jobs.set(key, job);
    for (const [atMs, value] of points) {
      const moment = job.at.get(atMs) ?? { atMs, facts: {} };
      moment.facts[fact] = value;
      job.at.set(atMs, moment);
    }
  };
  const all = answers.flat().filter(({ labels }) => labels.job_name && FACTS.has(labels.fact ?? ""));
  for (const { labels, points } of all) {
    const { job_name: jobName = "", namespace, fact } = labels;
    if (namespace) put(`${namespace}/${jobName}`, jobName, namespace, fact as JobFact, points);
  }
  for (const { labels, points } of all) {
    const { job_name: jobName = "", namespace, fact } = labels;
    if (namespace) continue;
    const known = [...jobs].filter(([, job]) => job.jobName === jobName && job.namespace !== null);
    for (const [key, job] of known) put(key, jobName, job.namespace, fact as JobFact, points);
    if (known.length === 0) put(`/${jobName}`, jobName, null, fact as JobFact, points);
  }
  return [...jobs.values()].map(({ jobName, namespace, at }) => ({
    jobName,
    namespace,
    moments: [...at.values()].sort((a, b) => a.atMs - b.atMs),
  }));
}
