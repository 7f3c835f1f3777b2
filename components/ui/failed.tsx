import { smallButton } from "./button";
import { StatusIcon } from "./status";

/** A panel that could not be asked: why, and a way to try again. Never an empty panel, never a zero. */
export function Failed({
  what,
  reason,
  onRetry,
  row = false,
}: {
  /** What is missing, as the beginning of a sentence: "The chart". */
  what: string;
  reason: string;
  onRetry?: () => void;
  /** For a low place: everything in one line, as far as it fits. */
  row?: boolean;
}) {
  return (
    <div
      className={`flex h-full items-center justify-center rounded-lg border border-dashed border-line-strong text-center text-sm ${row ? "min-h-10 flex-wrap gap-x-3 px-2 py-1" : "flex-col gap-2 p-4"}`}
    >
      <p className="flex items-center gap-2 font-medium">
        <StatusIcon status="unknown" />
        {what} could not be loaded
      </p>
      <p className="max-w-prose text-ink-soft">{reason}</p>
      {onRetry && (
        <button type="button" onClick={onRetry} className={smallButton}>
          Try again
        </button>
      )}
    </div>
  );
}
