import type { LineKey } from "@/lib/evaluation/effective";

/** What the evaluators did in a time. `missed`: slots in which nobody evaluated. */
export type CycleCount = {
  lineKey: LineKey;
  good: number;
  failed: number;
  guarded: number;
  missed: number;
  newestMs: number;
  oldestMs: number;
};
