"use client";

import { type Dispatch, type SetStateAction, useEffect, useState } from "react";
import { getJson, PollError } from "@/components/ui/get-json";
import { putJson } from "@/components/ui/put-json";
import { checkEdit, type EditProblems } from "@/lib/thresholds/edit";
import type { PreviewRange } from "@/lib/thresholds/preview-range";
import type { EditView, ThresholdConflict, ThresholdLine, ThresholdsView } from "@/lib/thresholds/view";
import { formatDuration } from "@/lib/wording/format";
import { type DraftText, editDraftOf } from "./draft";
import { useDrafts } from "./use-drafts";

/** The outcome of the last change. */
export type SaveOutcome =
  | { kind: "saved"; key: string; message: string }
  | { kind: "failed"; key: string; message: string; ended: boolean }
  | { kind: "conflict"; key: string; theirs: ThresholdConflict };

type Change =
  | { change: "set"; expectedVersion: number; to: object }
  | { change: "default"; expectedVersion: number }
  | { change: "undo"; edit: string };

type Detail = { fields: EditProblems; theirs: ThresholdConflict };

/** The thresholds as last known, what is typed and not saved, and the outcome of the last change. */
export function useEditing(initial: ThresholdsView, range: PreviewRange) {
  const [view, setView] = useState(initial);
  const { drafts, unsaved, restored, setDraft: keepDraft } = useDrafts(view.tenantId, view.lines);
  const [problems, setProblems] = useState<EditProblems>({});
  const [outcome, setOutcome] = useState<SaveOutcome | null>(null);
  const [saving, setSaving] = useState(false);

  usePendingPreviews(view, setView);

  function setDraft(key: string, draft: DraftText | null) {
    setProblems({});
    keepDraft(key, draft);
  }

  async function send(key: string, change: Change, done: string) {
    setSaving(true);
    setProblems({});
    setOutcome(null);
    try {
      const body = { ...change, range, pageOf: view.tenantId };
      const result = await putJson<"thresholds", Detail>(`/api/thresholds/${key}`, "thresholds", body);
      if (result.ok) {
        const { unchecked, ...saved } = result.body;
        setView(saved);
        setDraft(key, null);
        setOutcome({ kind: "saved", key, message: unchecked ? `${done} ${unchecked}` : done });
        return;
      }
      const { message, fields, theirs } = result.refused;
      setProblems(fields ?? {});
      setOutcome(theirs ? { kind: "conflict", key, theirs } : { kind: "failed", key, message, ended: false });
      if (theirs)
        setView((await getJson("/api/thresholds", new AbortController().signal, "thresholds")).body);
    } catch (error) {
      if (!(error instanceof PollError)) throw error;
      setOutcome({ kind: "failed", key, message: error.message, ended: error.ended });
    } finally {
      setSaving(false);
    }
  }

  /** @param expectedVersion what the owner has seen: by default what the page showed when they began */
  function save(
    line: ThresholdLine,
    draft: DraftText,
    expectedVersion = drafts.get(line.key)?.version ?? line.threshold.version,
  ) {
    const to = editDraftOf(draft, line.unit);
    if (!checkEdit(to, line).ok) return;
    void send(
      line.key,
      { change: "set", expectedVersion, to },
      `Saved. Takes effect within ${formatDuration(view.intervalSeconds * 1000)}.`,
    );
  }

  function toDefault(line: ThresholdLine) {
    const change = { change: "default", expectedVersion: line.threshold.version } as const;
    void send(line.key, change, "The platform's default applies again.");
  }

  function undo({ id, line }: EditView) {
    if (line) void send(line.key, { change: "undo", edit: id }, `The edit of ${line.name} is undone.`);
  }

  return {
    view,
    drafts,
    unsaved,
    restored,
    problems,
    outcome,
    saving,
    setDraft,
    save,
    toDefault,
    undo,
    settle: () => setOutcome(null),
  };
}

/** How often the page asks whether a preview that was pending when it saved is known by now. */
const ASK_EVERY_MS = 2_000;

/** Asks for the previews that are being worked out until all of them are known. Nothing but the previews is taken over. */
function usePendingPreviews(view: ThresholdsView, setView: Dispatch<SetStateAction<ThresholdsView>>): void {
  const { tenantId } = view;
  const isPending = view.edits.some(({ previewState }) => previewState === "pending");
  useEffect(() => {
    if (!isPending) return;
    const stopping = new AbortController();
    const timer = setInterval(() => {
      getJson("/api/thresholds", stopping.signal, "thresholds").then(
        ({ body }) => body.tenantId === tenantId && setView((before) => withPreviews(before, body.edits)),
        () => {}, // it is asked again, and the page says that it is pending
      );
    }, ASK_EVERY_MS);
    return () => {
      clearInterval(timer);
      stopping.abort();
    };
  }, [isPending, tenantId, setView]);
}

function withPreviews(view: ThresholdsView, edits: EditView[]): ThresholdsView {
  const newest = new Map(edits.map((edit) => [edit.id, edit]));
  return {
    ...view,
    edits: view.edits.map((edit) => {
      const { preview, previewState } = newest.get(edit.id) ?? edit;
      return { ...edit, preview, previewState };
    }),
  };
}
