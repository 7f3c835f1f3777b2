"use client";

import { useMemo } from "react";
import { smallButton } from "@/components/ui/button";
import { checkEdit } from "@/lib/thresholds/edit";
import { OUTAGE_BOUNDS } from "@/lib/thresholds/outages";
import { type Suggestion, suggestValue } from "@/lib/thresholds/suggest";
import type { ThresholdLine } from "@/lib/thresholds/view";
import { formatThreshold } from "@/lib/wording/format";
import { type DraftText, draftValueText, editDraftOf } from "./draft";
import type { History } from "./use-history";

/** A value that the history suggests. It follows the waiting times and the range, not the value. */
export function SuggestionRow({
  line,
  draft,
  history,
  change,
}: {
  line: ThresholdLine;
  draft: DraftText;
  history: History | null;
  change: (part: Partial<DraftText>) => void;
}) {
  const { hold, recovery, inclusive } = draft;
  const suggestion = useMemo(
    () => history && suggestionOf(line, { hold, recovery, inclusive }, history),
    [history, hold, recovery, inclusive, line],
  );
  // As high as a suggestion, so that the preview below stays where it is when one comes.
  if (!suggestion) return <div className="mt-4 min-h-24 rounded-lg bg-sunken sm:min-h-12" />;
  const { value } = suggestion;
  const isTaken = value !== null && draftValueText(value, line.unit) === draft.value;
  return (
    <div
      className="mt-4 flex min-h-24 flex-wrap items-center gap-x-3 gap-y-2 rounded-lg bg-sunken px-3 py-2 text-sm sm:min-h-12"
      data-suggestion
    >
      <p className="min-w-0 flex-1 basis-64">
        {value === null ? (
          <>No suggestion. {suggestion.reason}</>
        ) : (
          <>
            <span className="font-medium">
              Suggested: {formatThreshold({ value, inclusive }, line.worse, line.unit)}.
            </span>{" "}
            <span className="text-ink-soft">{suggestion.reason}</span>
          </>
        )}
      </p>
      {value !== null && (
        <button
          type="button"
          disabled={isTaken}
          onClick={() => change({ value: draftValueText(value, line.unit) })}
          className={`${smallButton} disabled:opacity-50`}
        >
          {isTaken ? "In use" : "Use this value"}
        </button>
      )}
    </div>
  );
}

/** What the history suggests for these durations; null while they can't be used. */
function suggestionOf(
  line: ThresholdLine,
  { hold, recovery, inclusive }: Pick<DraftText, "hold" | "recovery" | "inclusive">,
  history: History,
): Suggestion | null {
  const value = draftValueText(line.default.value, line.unit);
  const draft = { enabled: true, value, inclusive: line.default.inclusive, hold, recovery };
  const checked = checkEdit(editDraftOf(draft, line.unit), line);
  if (!checked.ok) return null;
  const threshold = { ...checked.edit, inclusive, worse: line.worse };
  const bounds = OUTAGE_BOUNDS[line.signal];
  return suggestValue(history.points, threshold, history.stepSeconds, line.unit, bounds, history.highest);
}
