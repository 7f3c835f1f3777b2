"use client";

import { smallButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/zone";
import type { EditView } from "@/lib/thresholds/view";
import { previewNote, sideWords } from "./words";

const SHOWN = 10;

/** Who changed what, when, from and to, and what the preview said then. The newest of each line can be undone, by another edit. */
export function AuditTrail({
  edits,
  busy,
  onUndo,
}: {
  edits: EditView[];
  busy: boolean;
  onUndo: (edit: EditView) => void;
}) {
  const rest = edits.slice(SHOWN);
  return (
    <Card id="edits" title="Edits">
      {edits.length === 0 ? (
        <p className="text-ink-soft">Nobody has changed a threshold yet.</p>
      ) : (
        <EditRows edits={edits.slice(0, SHOWN)} busy={busy} onUndo={onUndo} />
      )}
      {rest.length > 0 && (
        <details className="mt-1">
          <summary className="link inline-flex min-h-8 list-none items-center text-sm">
            {rest.length} earlier
          </summary>
          <EditRows edits={rest} busy={busy} onUndo={onUndo} />
        </details>
      )}
    </Card>
  );
}

function EditRows({
  edits,
  busy,
  onUndo,
}: {
  edits: EditView[];
  busy: boolean;
  onUndo: (edit: EditView) => void;
}) {
  return (
    <ol className="divide-y divide-line">
      {edits.map((edit) => (
        <li
          key={edit.id}
          data-edit={edit.line?.key}
          className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2.5"
        >
          <div className="min-w-0 flex-1 basis-72">
            <p>
              <span className="font-medium">{edit.line?.name ?? "A signal that is no longer judged"}</span>:{" "}
              {sideWords(edit.to, edit.line)}
            </p>
            <p className="text-sm text-ink-soft">Before: {sideWords(edit.from, edit.line)}</p>
            <p className="mt-0.5 break-words text-xs text-ink-soft">
              <Time atMs={edit.atMs} style="day-clock" withZone /> · {edit.by}
              {edit.previewState !== "none" && ` · ${previewNote(edit)}`}
            </p>
          </div>
          {edit.undoable && (
            <button type="button" disabled={busy} onClick={() => onUndo(edit)} className={smallButton}>
              Undo<span className="sr-only"> the edit of {edit.line?.name}</span>
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}
