"use client";

import { useSearchParams } from "next/navigation";
import { type RefObject, useRef, useState } from "react";
import { momentNow } from "@/components/ui/now";
import type { PreviewRange } from "@/lib/thresholds/preview-range";
import type { ThresholdLine, ThresholdsView } from "@/lib/thresholds/view";
import { AuditTrail } from "./audit-trail";
import { draftOf } from "./draft";
import { Editor } from "./editor";
import { LineList } from "./line-list";
import { OutcomeNote } from "./outcome-note";
import { useEditing } from "./use-editing";
import type { ServerClock } from "./use-history";

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
  const { view, unsaved } = editing;
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
          <LineList lines={view.lines} selected={line.key} unsaved={unsaved} onSelect={select} />
          <LineForm
            line={line}
            editing={editing}
            heading={heading}
            range={range}
            onRange={setRange}
            clock={clock}
          />
        </div>
      ) : (
        <p>The platform's definitions name no signal to judge.</p>
      )}
      <AuditTrail edits={view.edits} busy={editing.saving} onUndo={editing.undo} />
    </div>
  );
}

type LineFormProps = {
  line: ThresholdLine;
  editing: ReturnType<typeof useEditing>;
  heading: RefObject<HTMLHeadingElement | null>;
  range: PreviewRange;
  onRange: (range: PreviewRange) => void;
  clock: ServerClock;
};

/** One line's threshold: its name, what has to be known of it, and the form. */
function LineForm({ line, editing, heading, range, onRange, clock }: LineFormProps) {
  const draft = editing.drafts.get(line.key)?.draft ?? draftOf(line.threshold, line.unit);
  return (
    <section
      aria-labelledby="line"
      className="min-w-0 scroll-mt-4 rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-5"
      data-line={line.key}
    >
      <h2 ref={heading} id="line" tabIndex={-1} className="text-lg font-semibold tracking-tight outline-none">
        {line.name}
      </h2>
      {line.unusable && (
        <p className="mt-1 text-sm text-bad">
          The stored threshold can't be used, so the platform's default applies. Save a threshold to fix it.
        </p>
      )}
      <noscript>
        <p className="mt-2 text-sm">Changing a threshold needs JavaScript.</p>
      </noscript>
      <LineNote line={line} editing={editing} />
      <Editor
        view={editing.view}
        line={line}
        draft={draft}
        range={range}
        onRange={onRange}
        clock={clock}
        actions={{
          saving: editing.saving,
          problems: editing.problems,
          onDraft: (changed) => editing.setDraft(line.key, changed),
          onSave: () => editing.save(line, draft),
          onDiscard: () => editing.setDraft(line.key, null),
          onDefault: () => editing.toDefault(line),
        }}
      />
    </section>
  );
}

/** That an unsaved change was restored, or what came of a save. */
function LineNote({ line, editing }: Pick<LineFormProps, "line" | "editing">) {
  const { drafts, restored, outcome } = editing;
  return (
    <div aria-live="polite" className="mt-1 min-h-6">
      {restored.includes(line.key) && !outcome && (
        <p className="text-sm">Your unsaved change is back. It is kept in this tab until you save it.</p>
      )}
      {outcome?.key === line.key && (
        <OutcomeNote
          outcome={outcome}
          line={line}
          draft={drafts.get(line.key)?.draft ?? null}
          onTheirs={() => {
            editing.setDraft(line.key, null);
            editing.settle();
          }}
          onMine={(draft, version) => editing.save(line, draft, version)}
        />
      )}
    </div>
  );
}
