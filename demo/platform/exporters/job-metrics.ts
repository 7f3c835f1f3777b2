import { Exposition } from "../exposition";
import { type DemoJob, jobErrorOf, reportsOf } from "../jobs/job";

/** What a migration's job exposes of itself, by the contract of docs/data-migrations.md. */
export function jobExposition(job: DemoJob, atMs: number): string {
  const exposition = new Exposition()
    .gauge("migration_items_done", "Items that are done.")
    .gauge("migration_items_expected", "Items in all.")
    .gauge("migration_bytes_done", "Bytes that are done.")
    .gauge("migration_bytes_expected", "Bytes in all.")
    .gauge("migration_progress_ratio", "The done share, 0 to 1.")
    .counter("migration_errors_total", "Errors so far.")
    .gauge("migration_last_error_timestamp_seconds", "When the last error happened.");
  for (const [name, value] of Object.entries(reportsOf(job, atMs))) exposition.add(name, {}, value);
  const error = jobErrorOf(job, atMs);
  if (error)
    exposition.add(
      "migration_last_error_timestamp_seconds",
      { error: error.text },
      Math.floor(error.atMs / 1000),
    );
  return exposition.text();
}
