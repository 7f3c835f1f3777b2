"use client";

import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { primaryButton, secondaryButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { StatusIcon } from "@/components/ui/status";
import { archiveDigest } from "@/lib/eviction/archive-digest";
import { type Expected, readExpected } from "@/lib/eviction/expected";
import { type ArchiveState, archiveResult, type FoundArchive, paceWords, percentRead } from "./archive-words";

export type Check =
  | { kind: "idle" }
  | { kind: "refused"; message: string }
  | { kind: "running"; name: string; percent: number; pace: string }
  | { kind: "cancelled" }
  | { kind: "unreadable"; name: string }
  | { kind: "done"; found: FoundArchive; expected: Expected };

const FIELD =
  "mt-1 block w-full min-w-0 rounded-lg border border-line-strong bg-surface px-3 py-2 text-sm text-ink";

/** Compares a downloaded archive with the size and checksum from the export. The file never leaves the browser. */
export function ArchiveCheck() {
  const { check, start, cancel } = useArchiveCheck();
  const busy = check.kind === "running";
  return (
    <Card id="archive-check" title="Check a downloaded archive">
      <p className="max-w-prose text-sm text-ink-soft">
        Your browser reads the file and works out its size and checksum. Nothing is uploaded.
      </p>
      <form onSubmit={start} noValidate className="mt-3 space-y-3" data-check={check.kind}>
        <ArchiveFields disabled={busy} />
        <div className="flex flex-wrap items-center gap-3">
          <button type="submit" disabled={busy} className={`${primaryButton} disabled:opacity-60`}>
            Check the file
          </button>
          {check.kind === "running" && (
            <>
              <button type="button" className={secondaryButton} onClick={cancel}>
                Cancel
              </button>
              <progress
                max={100}
                value={check.percent}
                aria-label={`Reading ${check.name}`}
                className="h-2 min-w-24 flex-1 accent-[var(--accent)]"
              />
              <span className="text-sm tabular-nums">{check.percent} %</span>
              <span className="basis-full text-sm text-ink-soft sm:basis-auto">{check.pace}</span>
            </>
          )}
        </div>
      </form>
      <div role="status" aria-live="polite" className="mt-3 text-sm">
        <CheckOutcome check={check} />
      </div>
    </Card>
  );
}

/** The check under way or the last one, with what begins and ends one. It ends with the page. */
function useArchiveCheck() {
  const [check, setCheck] = useState<Check>({ kind: "idle" });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function start(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const file = form.get("file");
    if (!(file instanceof File) || file.name === "")
      return setCheck({ kind: "refused", message: "Choose the archive that you downloaded." });
    const read = readExpected(String(form.get("checksum") ?? ""), String(form.get("size") ?? ""));
    if (!read.ok) return setCheck({ kind: "refused", message: read.message });
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    const onRead = (percent: number, pace: string) =>
      setCheck({ kind: "running", name: file.name, percent, pace });
    setCheck(await checkedFile(file, read.expected, { signal: control.signal, onRead }));
  }

  return { check, start, cancel: () => running.current?.abort() };
}

function checkedFile(
  file: File,
  expected: Expected,
  { signal, onRead }: { signal: AbortSignal; onRead: (percent: number, pace: string) => void },
): Promise<Check> {
  const { name, size } = file;
  let shown = 0;
  const begunAt = performance.now();
  onRead(0, "");
  // Drawn for each whole per cent only: a large file has thousands of pieces.
  const onProgress = (readBytes: number) => {
    const percent = percentRead(readBytes, size);
    if (percent === shown) return;
    shown = percent;
    onRead(percent, paceWords(readBytes, size, performance.now() - begunAt));
  };
  return archiveDigest(file, { signal, onProgress }).then(
    (checksum): Check => ({ kind: "done", found: { name, checksum, sizeBytes: size }, expected }),
    (): Check => (signal.aborted ? { kind: "cancelled" } : { kind: "unreadable", name }),
  );
}

function ArchiveFields({ disabled }: { disabled: boolean }) {
  const id = useId();
  return (
    <>
      <label className="block text-sm font-medium" htmlFor={`${id}-file`}>
        The archive
        <input id={`${id}-file`} name="file" type="file" disabled={disabled} className={FIELD} />
      </label>
      <label className="block text-sm font-medium" htmlFor={`${id}-checksum`}>
        SHA-256 from the export
        <input
          id={`${id}-checksum`}
          name="checksum"
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          className={`${FIELD} font-mono`}
        />
      </label>
      <label className="block text-sm font-medium" htmlFor={`${id}-size`}>
        Size in bytes from the export
        <input
          id={`${id}-size`}
          name="size"
          inputMode="numeric"
          autoComplete="off"
          disabled={disabled}
          className={FIELD}
        />
      </label>
    </>
  );
}

/** The outcome of a check. */
export function CheckOutcome({ check }: { check: Check }) {
  switch (check.kind) {
    case "idle":
    case "running":
      return null;
    case "refused":
      return <p className="font-medium text-bad">{check.message}</p>;
    case "cancelled":
      return <p>The check was cancelled. Nothing is known of the file.</p>;
    case "unreadable":
      return (
        <p className="font-medium text-bad">
          {check.name} could not be read to its end. It may have been moved or changed meanwhile; choose it
          again.
        </p>
      );
    case "done":
      return <Done found={check.found} expected={check.expected} />;
  }
}

const STATE_ICONS: Record<ArchiveState, "ok" | "firing" | "unknown"> = {
  same: "ok",
  differs: "firing",
  unproven: "unknown",
};

function Done({ found, expected }: { found: FoundArchive; expected: Expected }) {
  const { state, headline, size, checksum } = archiveResult(expected, found);
  return (
    <div data-archive={state}>
      <p className="flex items-center gap-2 font-medium">
        <StatusIcon status={STATE_ICONS[state]} />
        {headline}
      </p>
      <dl className="mt-2 grid gap-x-4 sm:grid-cols-[6rem_1fr] sm:gap-y-1">
        <dt className="text-ink-soft">File</dt>
        <dd className="mb-1 min-w-0 break-words sm:mb-0">{found.name}</dd>
        <dt className="text-ink-soft">Size</dt>
        <dd className="mb-1 sm:mb-0">{size}</dd>
        <dt className="text-ink-soft">SHA-256</dt>
        <dd className="min-w-0">
          <code className="break-all">{found.checksum}</code>
          {checksum}
        </dd>
      </dl>
    </div>
  );
}
