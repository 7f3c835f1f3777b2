import { askParts, type PartsWanted } from "@/alerting/fleet/part-questions";
import type { JudgedLine } from "@/alerting/fleet/questions";
import type { LineState } from "@/lib/alerts/judge";
import type { LineStates } from "@/lib/alerts/ledger/store";
import type { LineKey } from "@/lib/evaluation/effective";
import { type BadPart, judgeParts, NO_BAD_PARTS, needsParts, type SeenParts } from "@/lib/evaluation/parts";
import type { StepReading } from "@/lib/evaluation/step";
import { breaches } from "@/lib/evaluation/threshold";
import { type CycleOptions, FOLLOW_UP_SHARE, type Slot } from "./slot";
import type { ThresholdsOf } from "./thresholds-by";

type Readings = ReadonlyMap<LineKey, Map<string, StepReading> | null>;
type Concerned = PartsWanted & { reading: StepReading; condition: LineState["step"]["judged"]["condition"] };

/**
 * Judges the lines that have parts by these, in place: a value is good only where no part that was bad is missing.
 *
 * Asked only for tenants that breach or remember a bad part, so a healthy fleet costs nothing.
 * @returns by line and tenant, the bad parts that the slot leaves
 */
export async function applyParts(
  options: Pick<CycleOptions, "fleet" | "label" | "askWithinMs">,
  slot: Pick<Slot, "slotMs" | "askedAtMs" | "lines" | "budget">,
  readings: Readings,
  { states, thresholdsOf }: { states: LineStates; thresholdsOf: ThresholdsOf },
): Promise<Map<LineKey, Map<string, readonly BadPart[]>>> {
  const { fleet, label, askWithinMs } = options;
  const concernedBy = new Map(
    slot.lines.map((line) => [line.lineKey, concernedOf(line, readings, states, thresholdsOf)]),
  );
  const seenBy = await slot.budget("parts", askWithinMs * FOLLOW_UP_SHARE, (limit) =>
    Promise.all(
      slot.lines.map(async (line) => {
        const wanted = concernedBy.get(line.lineKey) ?? [];
        return [line, await askParts(fleet, line, wanted, { label, atMs: slot.askedAtMs, limit })] as const;
      }),
    ),
  );
  return new Map(
    seenBy.map(([line, seen]) => {
      const concerned = concernedBy.get(line.lineKey) ?? [];
      return [line.lineKey, judgeLineParts(line, concerned, seen, readings, thresholdsOf, slot.slotMs)];
    }),
  );
}

/** The tenants whose parts matter, those first whose recovery waits for the answer. */
function concernedOf(
  { lineKey, line, signal }: JudgedLine,
  readings: Readings,
  states: LineStates,
  thresholdsOf: ThresholdsOf,
): Concerned[] {
  const ofLine = readings.get(lineKey);
  const statesOfLine = states.get(lineKey);
  if (!ofLine || !line.parts) return [];
  const waiting: Concerned[] = [];
  const breaching: Concerned[] = [];
  for (const [tenantId, reading] of ofLine) {
    const threshold = thresholdsOf(tenantId).get(lineKey);
    if (reading.kind !== "value" || !threshold?.enabled) continue;
    const state = statesOfLine?.get(tenantId);
    const condition = state?.step.judged.condition ?? "ok";
    const remembered = condition === "ok" ? NO_BAD_PARTS : (state?.badParts ?? NO_BAD_PARTS);
    const before = { badParts: remembered, condition };
    if (!needsParts(reading, before, { ...threshold, worse: signal.worse })) continue;
    const concerned = { tenantId, remembered, reading, condition };
    const isBreaching = breaches(reading.value, threshold, signal.worse);
    (isBreaching ? breaching : waiting).push(concerned);
  }
  return [...waiting, ...breaching];
}

function judgeLineParts(
  { lineKey, signal: { worse } }: JudgedLine,
  concerned: readonly Concerned[],
  seen: ReadonlyMap<string, SeenParts>,
  readings: Readings,
  thresholdsOf: ThresholdsOf,
  atMs: number,
): Map<string, readonly BadPart[]> {
  const badPartsOf = new Map<string, readonly BadPart[]>();
  for (const { tenantId, reading, remembered, condition } of concerned) {
    const threshold = thresholdsOf(tenantId).get(lineKey);
    if (!threshold) continue;
    const before = { badParts: remembered, condition };
    const judged = judgeParts(reading, before, seen.get(tenantId) ?? null, { ...threshold, worse }, atMs);
    badPartsOf.set(tenantId, judged.badParts);
    if (judged.reading !== reading) readings.get(lineKey)?.set(tenantId, judged.reading);
  }
  return badPartsOf;
}
