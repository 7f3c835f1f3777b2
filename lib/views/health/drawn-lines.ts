import type { Bundle, SignalId } from "@/lib/catalogue/bundle";
import type { Ask } from "@/lib/evaluation/ask";
import type { LineView, SignalView } from "@/lib/evaluation/view";

type DrawnLines = NonNullable<SignalView["drawn"]>;

/**
 * The values of the lines that a signal's chart draws beside the judged ones, such as p50, at the view's own instant: so that all
 * lines of a chart end at one time. Without a judged line that has a value there is none of theirs either, as in the chart.
 */
export async function askDrawnLines(
  ask: Ask,
  bundle: Bundle,
  id: SignalId,
  atMs: number,
): Promise<(judged: readonly LineView[]) => DrawnLines> {
  const { lines, windowSeconds } = bundle.signals[id];
  const values = await Promise.all(
    lines
      .filter(({ threshold }) => !threshold)
      .map(async (line) => {
        const answer = await ask.instant(line.query, windowSeconds, atMs);
        const value = answer.ok ? answer.data[0]?.value : undefined;
        return { id: line.id, value: value !== undefined && Number.isFinite(value) ? value : null };
      }),
  );
  return (judged) => {
    const isKnown = judged.some(({ reading }) => reading.kind === "value");
    return values.map(({ id, value }) => ({ id, value: isKnown ? value : null }));
  };
}
