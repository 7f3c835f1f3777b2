import { type PartHistory, withSeenParts } from "@/lib/evaluation/part-history";
import type { ReplayPoint } from "@/lib/evaluation/replay";
import type { StepReading } from "@/lib/evaluation/step";

/** A reading as it travels: a value; too few requests to judge; or null, nothing there. Seven days are 10,000 of them. */
export type CompactReading = number | "no-traffic" | null;

/** A stretch of a line's history: a reading at `fromMs` and at each step after it. */
export type HistoryPart = {
  fromMs: number;
  stepSeconds: number;
  readings: CompactReading[];
  /** What was seen of the line's parts; null: they could not be read. Absent: the line has none. */
  parts?: PartHistory | null;
  /** The highest value that the line can have, at the end of a range. Absent: it wasn't asked, or couldn't be. null: none is known. */
  highest?: number | null;
};

/** Whether the parts of the line are known all the way, as far as it has any: else recoveries are judged by the line alone. */
export const isReadByParts = (parts: readonly HistoryPart[]): boolean =>
  parts.every((part) => part.parts !== null);

/** What the judgement uses of a reading. */
export function compactOf(reading: StepReading): CompactReading {
  if (reading.kind === "value") return reading.value;
  return reading.kind === "no-traffic" ? "no-traffic" : null;
}

const NO_TRAFFIC: StepReading = { kind: "no-traffic" };
const NO_DATA: StepReading = { kind: "no-data" };

/** The evaluations that the stretches stand for, in their order, oldest first. */
export function replayPointsOf(stretches: readonly HistoryPart[]): ReplayPoint[] {
  const read = stretches.map((stretch) => ({ points: pointsOf(stretch), parts: stretch.parts ?? null }));
  if (stretches.every(({ parts }) => !parts)) return read.flatMap(({ points }) => points);
  return withSeenParts(read);
}

/** The evaluations of one stretch, by the line alone. */
export function pointsOf({ fromMs, stepSeconds, readings }: HistoryPart): ReplayPoint[] {
  return readings.map((reading, index) => ({
    atMs: fromMs + index * stepSeconds * 1000,
    reading:
      reading === null ? NO_DATA : reading === "no-traffic" ? NO_TRAFFIC : { kind: "value", value: reading },
  }));
}
