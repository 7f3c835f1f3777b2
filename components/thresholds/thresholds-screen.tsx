"use client";

import { useSearchParams } from "next/navigation";
import { useRef, useState } from "react";
import { secondaryButton } from "@/components/ui/button";
import { momentNow } from "@/components/ui/now";
import { Time } from "@/components/ui/zone";
import type { PreviewRange } from "@/lib/thresholds/preview-range";
import type { ThresholdsView } from "@/lib/thresholds/view";
import { AuditTrail } from "./audit-trail";
import { type DraftText, draftOf, editDraftOf } from "./draft";
import { Editor } from "./editor";
import { LineList } from "./line-list";
import { type SaveOutcome, useEditing } from "./use-editing";
import type { ServerClock } from "./use-history";
import { wholeWords } from "./words";

/**
 * The thresholds page: what alerts, how each of it came to be, and what a change would have done.
 * @param renderedAtMs the server's clock when it read the view
 */
export function ThresholdsScreen({
  initial,
  renderedAtMs,
}: {
  initial: ThresholdsView;
  renderedAtMs: number;
}) {
  const [range, setRange] = useState<PreviewRange>("7d");
  const [clock] = useState<ServerClock>(() => ({ renderedAtMs, receivedAt: momentNow() }));
  const editing = useEditing(initial, range);
  const heading = useRef<HTMLHeadingElement>(null);
  const { view, drafts, outcome } = editing;
  const asked = useSearchParams().get("line");
  const line = view.lines.find(({ key }) => key === asked) ?? view.lines[0];

  function select(key: string) {
    window.history.pushState(null, "", `?line=${key}`);
    // On a phone the form stands below the list.
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "nearest" });
  }

  return (
    <div className="space-y-4">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">Thresholds</h1>
        <p className="mt-1 max-w-prose text-pretty text-ink-soft">
          What is worth waking up for is your call. Move a value and see what it would have done before you
          save it.
        </p>
      </div>
      {view.lines.length > 0 && view.lines.every(({ threshold }) => !threshold.enabled) && (
        <p role="status" className="rounded-xl border border-line-strong bg-surface px-4 py-3 text-sm">
          Nothing is watched: every alert is switched off.
        </p>
      )}
      {line ? (
        <div className="grid items-start gap-4 lg:grid-cols-[18rem_1fr]">
          <LineList
            lines={view.lines}
            selected={line.key}
            unsaved={new Set(drafts.keys())}
            onSelect={select}
          />
          <section
            aria-labelledby="line"
            className="min-w-0 scroll-mt-4 rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-5"
            data-line={line.key}
          >
            <h2
              ref={heading}
              id="line"
              tabIndex={-1}
              className="text-lg font-semibold tracking-tight outline-none"
            >
              {line.name}
            </h2>
            {line.unusable && (
              <p className="mt-1 text-sm text-bad">
                What is stored for this can't be judged by, so the platform's default judges in its place.
                Save a threshold to put it right.
              </p>
            )}
            <noscript>
              <p className="mt-2 text-sm">Changing a threshold needs JavaScript.</p>
            </noscript>
            <div aria-live="polite" className="mt-1 min-h-6">
              {outcome?.key === line.key && (
                <OutcomeNote
                  outcome={outcome}
                  view={view}
                  draft={drafts.get(line.key) ?? null}
                  onTheirs={() => {
                    editing.setDraft(line.key, null);
                    editing.settle();
                  }}
                  onMine={(draft, version) => editing.save(line, draft, version)}
                />
              )}
            </div>
            <Editor
              view={view}
              line={line}
              draft={drafts.get(line.key) ?? draftOf(line.threshold, line.unit)}
              range={range}
              onRange={setRange}
              clock={clock}
              actions={{
                saving: editing.saving,
                problems: editing.problems,
                onDraft: (draft) => editing.setDraft(line.key, draft),
                onSave: () => editing.save(line, drafts.get(line.key) ?? draftOf(line.threshold, line.unit)),
                onDiscard: () => editing.setDraft(line.key, null),
                onDefault: () => editing.toDefault(line),
              }}
            />
          </section>
        </div>
      ) : (
        <p>The platform's definitions name no signal to judge.</p>
      )}
      <AuditTrail edits={view.edits} busy={editing.saving} onUndo={editing.undo} />
    </div>
  );
}

function OutcomeNote({
  outcome,
  view,
  draft,
  onTheirs,
  onMine,
}: {
  outcome: SaveOutcome;
  view: ThresholdsView;
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
  const { theirs, key } = outcome;
  const line = view.lines.find((each) => each.key === key);
  if (!line) return null;
  const mine = draft && editDraftOf(draft, line.unit);
  const { value, forSeconds, recoverForSeconds } = mine ?? {};
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
        {mine &&
          typeof value === "number" &&
          typeof forSeconds === "number" &&
          typeof recoverForSeconds === "number" && (
            <>
              <dt className="font-medium">Yours</dt>
              <dd>{wholeWords({ ...mine, value, forSeconds, recoverForSeconds }, line)}</dd>
            </>
          )}
      </dl>
      <div className="mt-3 flex flex-wrap gap-2">
        <button type="button" onClick={onTheirs} className={secondaryButton}>
          Keep theirs
        </button>
        {draft && (
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
