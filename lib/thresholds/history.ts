import type { ReplayPoint } from "@/lib/evaluation/replay";
import type { StepReading } from "@/lib/evaluation/step";

/** A reading as it travels: a value; too few requests to judge; or null, nothing there. Seven days are 10,000 of them. */
export type CompactReading = number | "no-traffic" | null;

/** A stretch of a line's history: a reading at `fromMs` and at each step after it. */
export type HistoryPart = { fromMs: number; stepSeconds: number; readings: CompactReading[] };

/** What of a reading the judgement goes by. */
export function compactOf(reading: StepReading): CompactReading {
  if (reading.kind === "value") return reading.value;
  return reading.kind === "no-traffic" ? "no-traffic" : null;
}

const NO_TRAFFIC: StepReading = { kind: "no-traffic" };
const NO_DATA: StepReading = { kind: "no-data" };

/** The evaluations that the parts stand for, in the order of the parts, oldest first. */
export function replayPointsOf(parts: readonly HistoryPart[]): ReplayPoint[] {
  return parts.flatMap(({ fromMs, stepSeconds, readings }) =>
    readings.map((reading, index) => ({
      atMs: fromMs + index * stepSeconds * 1000,
      reading:
        reading === null
          ? NO_DATA
          : reading === "no-traffic"
            ? NO_TRAFFIC
            : { kind: "value", value: reading },
    })),
  );
}
