import { counter } from "@/lib/infra/metrics";

/** Judged lines that a health view showed, by signal and status. */
export const readingsTotal = counter(
  "watchpost_readings_total",
  "Judged lines shown in health views, by signal and status.",
  ["signal", "status"],
);
