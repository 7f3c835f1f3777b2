import type { Threshold, Unit } from "@/lib/catalogue/bundle";
import { valueInWords } from "@/lib/wording/sentence";

/** What an owner may set for a line. */
export type ThresholdEdit = Threshold & { enabled: boolean };

/** As it comes from a form: a field that holds no number is null. */
export type EditDraft = {
  enabled: boolean;
  value: number | null;
  inclusive: boolean;
  forSeconds: number | null;
  recoverForSeconds: number | null;
};

export type EditField = "value" | "forSeconds" | "recoverForSeconds";
export type EditProblems = Partial<Record<EditField, string>>;
export type CheckedEdit = { ok: true; edit: ThresholdEdit } | { ok: false; problems: EditProblems };

/** The signal that the line is of: what its values are, and which direction is bad. */
export type EditedSignal = {
  unit: Unit;
  worse: "higher" | "lower";
  /** The highest value that the line can have, such as the highest finite bucket. Absent or null: none is known. */
  highest?: number | null;
};

const MAX_LATENCY_SECONDS = 3_600;
const MAX_COUNT = 1_000_000;
const DAY_SECONDS = 86_400;

/**
 * Judges a draft, field by field, each fault in words. The same in the browser, while the owner types, and on the server.
 *
 * It refuses what can't be meant, such as a value that would alert always or never; what is wise is the owner's call.
 */
export function checkEdit(draft: EditDraft, signal: EditedSignal): CheckedEdit {
  const { enabled, value, inclusive, forSeconds, recoverForSeconds } = draft;
  const problems: EditProblems = {};
  const faults: [EditField, string | null][] = [
    // An alert that is off may have a threshold that can't fire. It is refused once it is switched on.
    ["value", valueProblem(value, inclusive, enabled ? signal : { ...signal, highest: null })],
    ["forSeconds", durationProblem(forSeconds, "An alert that waits longer than a day comes too late")],
    [
      "recoverForSeconds",
      durationProblem(recoverForSeconds, "A recovery that longer than a day is reported too late"),
    ],
  ];
  for (const [field, fault] of faults) if (fault) problems[field] = fault;
  if (
    value === null ||
    forSeconds === null ||
    recoverForSeconds === null ||
    faults.some(([, fault]) => fault)
  )
    return { ok: false, problems };
  return { ok: true, edit: { enabled, value, inclusive, forSeconds, recoverForSeconds } };
}

/** What is wrong with a value for this unit, in words; null where nothing is. */
export function valueProblem(
  value: number | null,
  inclusive: boolean,
  { unit, worse, highest = null }: EditedSignal,
): string | null {
  if (value === null || !Number.isFinite(value)) return "Enter a number.";
  const problem = rangeProblem(value, unit) ?? senseProblem(value, inclusive, unit, worse);
  return problem ?? (highest === null ? null : beyondProblem(value, inclusive, unit, highest));
}

/** A threshold that no value can breach: of requests above the highest finite bucket nothing more is known, unless they have a sum. */
function beyondProblem(value: number, inclusive: boolean, unit: Unit, highest: number): string | null {
  if (value < highest || (inclusive && value === highest)) return null;
  const limit = `${inclusive ? "at most" : "less than"} ${valueInWords(highest, unit)}`;
  return `Enter ${limit}: that is the highest finite bucket, and a slower request counts as that. An alert above it would never fire.`;
}

function rangeProblem(value: number, unit: Unit): string | null {
  switch (unit) {
    case "share":
      return value < 0 || value > 1 ? "Enter a percentage from 0 to 100." : null;
    case "seconds":
      if (value <= 0) return "Enter a time above 0 ms.";
      return value > MAX_LATENCY_SECONDS ? "Enter at most one hour, which is 3,600,000 ms." : null;
    case "count":
      if (!Number.isInteger(value) || value < 0) return "Enter a whole number, 0 or more.";
      return value > MAX_COUNT ? "Enter at most 1,000,000." : null;
  }
}

/** A threshold at the very end of what a unit can be: one that is always crossed, or never. */
function senseProblem(
  value: number,
  inclusive: boolean,
  unit: Unit,
  worse: "higher" | "lower",
): string | null {
  const always = "This is always so, and would alert all the time.";
  const never = "This can never be, and would never alert. To be left alone, switch the alert off instead.";
  if (unit === "seconds") return null;
  const top = unit === "share" ? 1 : Number.POSITIVE_INFINITY;
  if (worse === "higher") {
    if (inclusive && value === 0) return always;
    return !inclusive && value === top ? never : null;
  }
  if (inclusive && value === top) return always;
  return !inclusive && value === 0 ? never : null;
}

function durationProblem(seconds: number | null, tooLong: string): string | null {
  if (seconds === null || !Number.isFinite(seconds)) return "Enter a number.";
  if (seconds < 0) return "Enter a time of 0 or more.";
  if (!Number.isInteger(seconds)) return "Enter a whole number of seconds.";
  return seconds > DAY_SECONDS ? `${tooLong}. Enter at most 24 hours.` : null;
}

/** Whether two edits say the same. */
export function sameEdit(a: ThresholdEdit, b: ThresholdEdit): boolean {
  return (
    a.enabled === b.enabled &&
    a.value === b.value &&
    a.inclusive === b.inclusive &&
    a.forSeconds === b.forSeconds &&
    a.recoverForSeconds === b.recoverForSeconds
  );
}
