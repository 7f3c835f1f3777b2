import { secondaryButton } from "@/components/ui/button";
import { Time } from "@/components/ui/zone";
import { checkEdit } from "@/lib/thresholds/edit";
import type { ThresholdLine } from "@/lib/thresholds/view";
import { type DraftText, editDraftOf } from "./draft";
import type { SaveOutcome } from "./use-editing";
import { wholeWords } from "./words";

/** What came of the last change of a line: saved, not saved and why, or what somebody else made of it meanwhile. */
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
          <a href="/" className="link">
            Load the page anew
          </a>
        )}
      </p>
    );
  const { theirs } = outcome;
  const mine = draft && checkEdit(editDraftOf(draft, line.unit), line);
  return (
    <div className="my-2 rounded-xl border border-warn bg-warn-soft px-4 py-3 text-sm" data-conflict>
      <p className="font-medium">Somebody else changed this meanwhile, so nothing was saved.</p>
      <dl className="mt-2 grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
        <dt className="font-medium">Theirs</dt>
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
            <dt className="font-medium">Yours</dt>
            <dd>{wholeWords(mine.edit, line)}</dd>
          </>
        )}
      </dl>
      <div className="mt-3 flex flex-wrap gap-2">
        <button type="button" onClick={onTheirs} className={secondaryButton}>
          Keep theirs
        </button>
        {draft && mine?.ok && (
          <button
            type="button"
            onClick={() => onMine(draft, theirs.threshold.version)}
            className={secondaryButton}
          >
            Save mine instead
          </button>
        )}
      </div>
    </div>
  );
}
