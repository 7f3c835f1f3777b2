"use client";

import type { ReactNode } from "react";
import type { DurationText, DurationUnit } from "./draft";

const inputLook =
  "min-h-10 rounded-lg border bg-surface px-3 text-ink tabular-nums aria-invalid:border-bad border-line-strong";

/** A label, what stands below it, and what is wrong with it, in words and tied to the field. */
export function Field({
  id,
  label,
  hint,
  problem,
  children,
}: {
  id: string;
  label: string;
  hint?: string;
  problem: string | undefined;
  children: ReactNode;
}) {
  return (
    <div>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="mt-1">{children}</div>
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-ink-soft">
          {hint}
        </p>
      )}
      <p id={`${id}-problem`} className="min-h-5 text-sm text-bad" aria-live="polite">
        {problem}
      </p>
    </div>
  );
}

/** The text of a number. Not a number input: that one swallows what it can't read, and turns under the mouse wheel. */
export function NumberInput({
  id,
  text,
  invalid,
  hinted = false,
  onText,
}: {
  id: string;
  text: string;
  invalid: boolean;
  /** Whether its Field has a hint. */
  hinted?: boolean;
  onText: (text: string) => void;
}) {
  return (
    <input
      id={id}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      aria-invalid={invalid}
      aria-describedby={hinted ? `${id}-hint ${id}-problem` : `${id}-problem`}
      onChange={(event) => onText(event.target.value)}
      className={`${inputLook} w-24`}
    />
  );
}

const UNITS: Record<DurationUnit, string> = { s: "seconds", min: "minutes", h: "hours" };

export function DurationField({
  id,
  label,
  hint,
  duration,
  problem,
  onDuration,
}: {
  id: string;
  label: string;
  hint: string;
  duration: DurationText;
  problem: string | undefined;
  onDuration: (duration: DurationText) => void;
}) {
  return (
    <Field id={id} label={label} hint={hint} problem={problem}>
      <span className="flex gap-2">
        <NumberInput
          id={id}
          text={duration.text}
          invalid={problem !== undefined}
          hinted
          onText={(text) => onDuration({ ...duration, text })}
        />
        <select
          aria-label={`${label}, unit`}
          value={duration.unit}
          onChange={(event) => onDuration({ ...duration, unit: event.target.value as DurationUnit })}
          className={`${inputLook} pr-2`}
        >
          {Object.entries(UNITS).map(([unit, word]) => (
            <option key={unit} value={unit}>
              {word}
            </option>
          ))}
        </select>
      </span>
    </Field>
  );
}

/** Whether the value itself alerts. */
export function SideSelect({
  worse,
  inclusive,
  onInclusive,
}: {
  worse: "higher" | "lower";
  inclusive: boolean;
  onInclusive: (inclusive: boolean) => void;
}) {
  return (
    <select
      aria-label="Side of the value that alerts"
      value={inclusive ? "inclusive" : "beyond"}
      onChange={(event) => onInclusive(event.target.value === "inclusive")}
      className={`${inputLook} pr-2`}
    >
      <option value="beyond">{worse === "higher" ? "above" : "below"}</option>
      <option value="inclusive">{worse === "higher" ? "at or above" : "at or below"}</option>
    </select>
  );
}
