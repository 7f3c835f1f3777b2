import type { Threshold } from "@/lib/catalogue/bundle";
import { checkEdit, type EditDraft, type EditedSignal, sameEdit } from "@/lib/thresholds/edit";
import type { ThresholdLine } from "@/lib/thresholds/view";

type Unit = EditedSignal["unit"];
export type DurationUnit = "s" | "min" | "h";
export type DurationText = { text: string; unit: DurationUnit };

/** A threshold as it stands in the form: what was typed, be it a number or not. */
export type DraftText = {
  enabled: boolean;
  value: string;
  inclusive: boolean;
  hold: DurationText;
  recovery: DurationText;
};

/** How many of the form's units are one of the signal's own: a share is written in per cent, a latency in ms. */
const SCALE: Record<Unit, number> = { share: 100, seconds: 1000, count: 1 };
export const UNIT_WORDS: Record<Unit, string> = { share: "%", seconds: "ms", count: "" };
const SECONDS: Record<DurationUnit, number> = { s: 1, min: 60, h: 3_600 };

/** Cuts the dust that binary fractions leave: 0.07 times 100 is 7. */
const clean = (value: number): number => Number(value.toPrecision(12));

/** A value of the signal as the form writes it: 0.995 is "99.5". */
export function draftValueText(value: number, unit: Unit): string {
  return String(clean(value * SCALE[unit]));
}

/** A value of the form in the signal's own unit. */
export function shownToValue(shown: number, unit: Unit): number {
  return clean(shown / SCALE[unit]);
}

/** A value of the signal in the form's unit. */
export function valueToShown(value: number, unit: Unit): number {
  return clean(value * SCALE[unit]);
}

/** A number as people type it, with a point or a comma; null where it isn't one. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(trimmed) ? Number(trimmed) : null;
}

/** A length of time in the largest unit in which it is whole. */
export function durationText(seconds: number): DurationText {
  const unit = (["h", "min"] as const).find((each) => seconds > 0 && seconds % SECONDS[each] === 0);
  if (seconds === 0) return { text: "0", unit: "min" };
  return unit ? { text: String(seconds / SECONDS[unit]), unit } : { text: String(seconds), unit: "s" };
}

function secondsOf({ text, unit }: DurationText): number | null {
  const number = parseNumber(text);
  return number === null ? null : clean(number * SECONDS[unit]);
}

export function draftOf(threshold: Threshold & { enabled: boolean }, unit: Unit): DraftText {
  return {
    enabled: threshold.enabled,
    value: draftValueText(threshold.value, unit),
    inclusive: threshold.inclusive,
    hold: durationText(threshold.forSeconds),
    recovery: durationText(threshold.recoverForSeconds),
  };
}

/** What was typed, in the signal's own units, for checkEdit. */
export function editDraftOf({ enabled, value, inclusive, hold, recovery }: DraftText, unit: Unit): EditDraft {
  const shown = parseNumber(value);
  return {
    enabled,
    value: shown === null ? null : shownToValue(shown, unit),
    inclusive,
    forSeconds: secondsOf(hold),
    recoverForSeconds: secondsOf(recovery),
  };
}

/**
 * The drafts that hold something to lose: what says the same as what is saved doesn't, and neither does what is of a line that the
 * platform no longer judges.
 * @param drafts by the line's key
 */
export function unsavedDrafts<D extends { draft: DraftText }>(
  drafts: ReadonlyMap<string, D>,
  lines: readonly Pick<ThresholdLine, "key" | "unit" | "worse" | "threshold">[],
): Map<string, D> {
  return new Map(
    [...drafts].filter(([key, { draft }]) => {
      const line = lines.find((each) => each.key === key);
      if (!line) return false;
      const checked = checkEdit(editDraftOf(draft, line.unit), line);
      return !checked.ok || !sameEdit(checked.edit, line.threshold);
    }),
  );
}

const isDuration = (value: unknown): value is DurationText => {
  const { text, unit } = (value ?? {}) as Partial<DurationText>;
  return typeof text === "string" && unit !== undefined && Object.hasOwn(SECONDS, unit);
};

/** Whether something that was kept outside the page is a draft of this build. */
export function isDraftText(value: unknown): value is DraftText {
  const draft = (value ?? {}) as Partial<DraftText>;
  return (
    typeof draft.enabled === "boolean" &&
    typeof draft.value === "string" &&
    typeof draft.inclusive === "boolean" &&
    isDuration(draft.hold) &&
    isDuration(draft.recovery)
  );
}
