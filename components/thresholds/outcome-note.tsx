import { secondaryButton } from "@/components/ui/button";
import { Time } from "@/components/ui/zone";
import { checkEdit } from "@/lib/thresholds/edit";
import type { ThresholdLine } from "@/lib/thresholds/view";
import { type DraftText, editDraftOf } from "./draft";
import type { SaveOutcome } from "./use-editing";
import { wholeWords } from "./words";

const CHANGED_BY_OTHERS = {
  what: "Somebody else changed this",
  saved: "Theirs",
  typed: "Yours",
  keep: "Keep theirs",
  replace: "Save mine instead",
};
const CHANGED_BY_YOU: typeof CHANGED_BY_OTHERS = {
  what: "You changed this in another tab",
  saved: "Saved there",
  typed: "Typed here",
  keep: "Keep what is saved",
  replace: "Save this instead",
};

/** The outcome of the last change of a line: saved, not saved and why, or what it has become meanwhile. */
export function OutcomeNote({
  outcome,
  line,
  draft,
  onTheirs,
  onMine,
}: {
  outcome: SaveOutcome;
  line: ThresholdLine;
  /** What the owner has typed and not saved; null: nothing. */
  draft: DraftText | null;
  onTheirs: () => void;
  onMine: (draft: DraftText, expectedVersion: number) => void;
}) {
  if (outcome.kind === "saved") return <p className="text-sm font-medium text-ok">{outcome.message}</p>;
  if (outcome.kind === "failed")
    return (
      <p className="text-sm font-medium text-bad">
        {outcome.message}{" "}
        {outcome.ended && (
          <a href={`/thresholds?line=${line.key}`} className="link">
            Load the page again
          </a>
        )}
      </p>
    );
  const { theirs } = outcome;
  const says = theirs.isOwn ? CHANGED_BY_YOU : CHANGED_BY_OTHERS;
  const mine = draft && checkEdit(editDraftOf(draft, line.unit), line);
  return (
    <div className="my-2 rounded-xl border border-warn bg-warn-soft px-4 py-3 text-sm" data-conflict>
      <p className="font-medium">{says.what}, so nothing was saved.</p>
      <dl className="mt-2 grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
        <dt className="font-medium">{says.saved}</dt>
        <dd>
          {theirs.threshold.source === "default" ? "The platform's default: " : ""}
          {wholeWords(theirs.threshold, line)}
          {theirs.by && theirs.atMs !== null && (
            <span className="block text-xs text-ink-soft">
              {theirs.by}, <Time atMs={theirs.atMs} style="day-clock" withZone />
            </span>
          )}
        </dd>
        {mine?.ok && (
          <>
            <dt className="font-medium">{says.typed}</dt>
            <dd>{wholeWords(mine.edit, line)}</dd>
          </>
        )}
      </dl>
      <div className="mt-3 flex flex-wrap gap-2">
        <button type="button" onClick={onTheirs} className={secondaryButton}>
          {says.keep}
        </button>
        {draft && mine?.ok && (
          <button
            type="button"
            onClick={() => onMine(draft, theirs.threshold.version)}
            className={secondaryButton}
          >
            {says.replace}
          </button>
        )}
      </div>
    </div>
  );
}
