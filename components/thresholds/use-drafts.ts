"use client";

import { useEffect, useRef, useState } from "react";
import { useAskBeforeLeaving } from "@/components/ui/ask-before-leaving";
import { type KeptDraft, keepDrafts, readKeptDrafts } from "@/components/ui/kept-drafts";
import type { ThresholdLine } from "@/lib/thresholds/view";
import { type DraftText, isDraftText, unsavedDrafts } from "./draft";

type Drafts = ReadonlyMap<string, KeptDraft<DraftText>>;

/**
 * What is typed and not saved, by line. It outlasts a reload, another page and the session's end in this tab, with the version that
 * the owner saw when they began: if somebody changed the line meanwhile, the save is refused and shows both.
 */
export function useDrafts(tenantId: string, lines: readonly ThresholdLine[]) {
  const newest = useRef<Drafts>(new Map());
  const [drafts, setDrafts] = useState<Drafts>(newest.current);
  const [restored, setRestored] = useState<readonly string[]>([]);
  const atFirst = useRef(lines);

  // After hydration: the server knows nothing of what this tab kept.
  useEffect(() => {
    const kept = unsavedDrafts(readKeptDrafts(tenantId, isDraftText), atFirst.current);
    keepDrafts(tenantId, kept);
    newest.current = kept;
    setDrafts(kept);
    setRestored([...kept.keys()]);
  }, [tenantId]);
  const unsaved = unsavedDrafts(drafts, lines);
  useAskBeforeLeaving(unsaved.size > 0);

  function setDraft(key: string, draft: DraftText | null) {
    const after = new Map(newest.current);
    const version = after.get(key)?.version ?? lines.find((line) => line.key === key)?.threshold.version ?? 0;
    if (draft) after.set(key, { draft, version });
    else after.delete(key);
    newest.current = after;
    keepDrafts(tenantId, unsavedDrafts(after, lines));
    setDrafts(after);
    setRestored((before) => before.filter((each) => each !== key));
  }

  // In the form a draft stays as it was typed: "0.50" is on its way to "0.505".
  return { drafts, unsaved: new Set(unsaved.keys()), restored, setDraft };
}
