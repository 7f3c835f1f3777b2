"use client";

import { useState, useSyncExternalStore } from "react";
import { smallButton } from "./button";

const NEVER = () => () => {};

/**
 * A button that puts a text on the clipboard, with what came of it. Without scripts, or where the browser keeps its clipboard to
 * itself, there is no button: the text stands on the page as well.
 */
export function CopyText({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState("");
  const canCopy = useSyncExternalStore(
    NEVER,
    () => navigator.clipboard !== undefined,
    () => false,
  );
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid("Copied."),
      () => setSaid("The browser did not allow it. Select the text instead."),
    );
  return (
    <>
      {canCopy && (
        <button type="button" className={smallButton} onClick={() => void copy()}>
          {label}
        </button>
      )}
      <span role="status" className="order-last text-ink-soft">
        {said}
      </span>
    </>
  );
}
