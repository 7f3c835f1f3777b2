import { leftOf } from "./geometry";
import { fractionAt } from "./shape";

/** A time in which a line was on its way to an alert, in one, or on its way out. */
export type Band = { kind: "pending" | "firing" | "recovering"; fromMs: number; toMs: number };

/** A note at an instant, such as a mail: drawn at the foot, so that it covers no marker. */
export type Note = { atMs: number; words: string };

const LOOK: Record<Band["kind"], string> = {
  pending: "bg-warn/15 border-t-2 border-dashed border-warn",
  firing: "bg-bad/15 border-t-2 border-bad",
  recovering: "bg-warn/15 border-t-2 border-dotted border-warn",
};

/** Bands and notes behind the crosshair. Words beside the chart say the same. */
export function Bands({
  bands,
  notes,
  fromMs,
  toMs,
}: {
  bands: readonly Band[];
  notes: readonly Note[];
  fromMs: number;
  toMs: number;
}) {
  const shown = bands.filter((band) => band.toMs > fromMs && band.fromMs < toMs);
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0">
      {shown.map((band) => {
        const from = fractionAt(band.fromMs, fromMs, toMs);
        const to = fractionAt(band.toMs, fromMs, toMs);
        return (
          <span
            key={`${band.kind}${band.fromMs}`}
            className={`absolute bottom-1 top-4 min-w-0.5 ${LOOK[band.kind]}`}
            style={{ left: leftOf(from), right: `calc(100% - ${leftOf(to)})` }}
          />
        );
      })}
      {notes
        .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
        .map(({ atMs, words }) => (
          <span
            key={`${atMs}${words}`}
            className="absolute bottom-1.5 -translate-x-1/2 text-ink"
            style={{ left: leftOf(fractionAt(atMs, fromMs, toMs)) }}
          >
            <MailGlyph />
          </span>
        ))}
    </div>
  );
}

/** A mail, as a note on the chart and in its legend. */
export function MailGlyph() {
  return (
    <svg viewBox="0 0 14 10" width="14" height="10" aria-hidden="true" className="shrink-0">
      <g fill="var(--surface)" stroke="currentColor" strokeWidth="1.2" strokeLinejoin="round">
        <rect x="0.7" y="0.7" width="12.6" height="8.6" rx="1" />
        <path d="m1 1.5 6 4 6-4" fill="none" />
      </g>
    </svg>
  );
}
