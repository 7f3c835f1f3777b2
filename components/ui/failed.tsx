import { smallButton } from "./button";
import { StatusIcon } from "./status";

/** A panel that could not be asked: why, and a way to try again. Never an empty panel, never a zero. */
export function Failed({
  what,
  reason,
  onRetry,
}: {
  /** What is missing, as the beginning of a sentence: "The chart". */
  what: string;
  reason: string;
  onRetry?: () => void;
}) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 rounded-lg border border-dashed border-line-strong p-4 text-center text-sm">
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
