import { countdownWords } from "@/lib/eviction/words";

/** What is left, to the second. No live region: a screen reader would talk every second. */
export function Countdown({ leftMs, label }: { leftMs: number; label: string }) {
  return (
    <span
      role="timer"
      aria-live="off"
      aria-label={label}
      className="whitespace-nowrap font-medium tabular-nums"
    >
      {countdownWords(leftMs)}
    </span>
  );
}
