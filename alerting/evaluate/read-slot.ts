import { type LineAnswer, readLine } from "@/alerting/fleet/questions";
import type { CycleRecord } from "@/lib/alerts/cycle";
import type { LineStates } from "@/lib/alerts/ledger/store";
import type { PlannedLine } from "@/lib/alerts/plan";
import { isReachabilityLine } from "@/lib/catalogue/bundle";
import type { LineKey } from "@/lib/evaluation/effective";
import type { StepReading } from "@/lib/evaluation/step";
import { applyParts } from "./apply-parts";
import { applyDeployGrace } from "./deploy-grace";
import { askAtZero } from "./scaled-to-zero";
import type { CycleOptions, Slot } from "./slot";
import type { ThresholdsOf } from "./thresholds-by";

/** By line, the reading of each tenant; null where the cycle judges nothing. */
export type SlotReadings = Map<LineKey, Map<string, StepReading> | null>;

/** What is known when a slot's answers are read. live: by id, the lines that each tenant doesn't have. */
type ReadBase = {
  live: ReadonlyMap<string, readonly string[]>;
  states: LineStates;
  thresholdsOf: ThresholdsOf;
  /** By line, the newest cycle that could not ask. */
  unknownUntilMs: ReadonlyMap<LineKey, number>;
};

type ReadSlot = {
  /** The lines as they are judged. */
  lines: PlannedLine[];
  readings: SlotReadings;
  records: CycleRecord[];
  /** Why it isn't known who is scaled to zero; null: it is, or nobody had to be asked for. */
  zeroUnanswered: string | null;
};

/** From a slot's answers, and from what is asked because of them, to what each line is judged by. */
export async function readSlot(
  options: Pick<CycleOptions, "fleet" | "label" | "askWithinMs">,
  slot: Pick<Slot, "slotMs" | "askedAtMs" | "bundle" | "lines" | "answers" | "budget">,
  { live, states, thresholdsOf, unknownUntilMs }: ReadBase,
): Promise<ReadSlot> {
  const atZero = await askAtZero(options, slot, live, thresholdsOf);
  const read = slot.lines.map((line) => {
    const answer = slot.answers.get(line.lineKey) ?? NOT_ASKED;
    return readLine(line, answer, live, states.get(line.lineKey), slot.askedAtMs, atZero);
  });
  const readings: SlotReadings = new Map(read.map(({ record, readings }) => [record.lineKey, readings]));
  await applyDeployGrace(options, slot, readings, thresholdsOf);
  const badParts = await applyParts(options, slot, readings, { states, thresholdsOf });
  const lines = slot.lines.map(
    ({ lineKey, signal, signalId, line }): PlannedLine => ({
      lineKey,
      worse: signal.worse,
      isMissingMailed: isReachabilityLine(signalId, signal.lines, line),
      unknownUntilMs: unknownUntilMs.get(lineKey) ?? null,
      readings: readings.get(lineKey) ?? null,
      badParts: badParts.get(lineKey) ?? new Map(),
    }),
  );
  return { lines, readings, records: read.map(({ record }) => record), zeroUnanswered: atZero.unanswered };
}

/** A line that wasn't asked can't be: the bundle of the questions is that of the plan. */
const NOT_ASKED: LineAnswer = { ok: false, fault: "query", detail: "The line was not asked for." };
