import { leftOf, PLOT } from "./geometry";
import { fractionAt } from "./shape";

/**
 * The long stretches without values, hatched, and named where their words have room: on a phone many are narrower. The table behind
 * the chart has them for those who don't see it.
 */
export function WideGaps({
  gaps,
  fromMs,
  toMs,
  words,
}: {
  gaps: readonly { fromMs: number; toMs: number }[];
  fromMs: number;
  toMs: number;
  words: string;
}) {
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0">
      {gaps.map((gap) => (
        <span
          key={gap.fromMs}
          data-gap
          className="hatched @container absolute flex items-center justify-center overflow-hidden text-[0.6875rem] leading-tight text-ink-soft"
          style={{
            top: PLOT.top,
            bottom: PLOT.bottom,
            left: leftOf(fractionAt(gap.fromMs, fromMs, toMs)),
            right: `calc(100% - ${leftOf(fractionAt(gap.toMs, fromMs, toMs))})`,
          }}
        >
          <span className="hidden rounded bg-surface px-1 text-center @min-[3.75rem]:block">{words}</span>
        </span>
      ))}
    </div>
  );
}
