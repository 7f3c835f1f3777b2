/** Whether a job is a run of the migration whose job has this name: the name itself, or the name with a number behind it. */
export function isRunOf(job: string, jobName: string): boolean {
  return jobName === job || (jobName.startsWith(`${job}-`) && /^\d+$/.test(jobName.slice(job.length + 1)));
}

/** A regular expression for PromQL that holds for the runs of these migrations and for no other job. Names hold nothing to escape. */
export function runsPattern(jobs: readonly string[]): string {
  return `(${jobs.join("|")})(-[0-9]+)?`;
}
