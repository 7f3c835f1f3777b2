import { shareWords } from "@/lib/data-migrations/words";

/** The done share of the whole. More than the whole fills it; the words say how much it is. */
export function ProgressBar({ share, label, faded }: { share: number; label: string; faded: boolean }) {
  const percent = Math.min(100, Math.max(0, share * 100));
  return (
    <div className="flex items-center gap-3">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(percent)}
        aria-valuetext={shareWords(share)}
        className="h-3 grow overflow-hidden rounded-full border border-line-strong bg-sunken"
      >
        <div
          className={`h-full ${faded ? "bg-line-strong" : "bg-accent"}`}
          style={{ width: `${percent}%` }}
        />
      </div>
      <span className="min-w-14 text-right text-xl font-semibold">{shareWords(share)}</span>
    </div>
  );
}
