import type { Breakdown } from "@/lib/evaluation/breakdown";
import { type LineKey, lineKeyOf } from "@/lib/evaluation/effective";
import type { SignalView } from "@/lib/evaluation/view";
import { worstPartInWords } from "@/lib/wording/breakdown-words";
import { namedLine } from "./named-line";

/** A sentence for each line that was broken down and has a part to blame, in the order of the page. */
export function worstPartSentences(
  signals: readonly SignalView[],
  breakdowns: ReadonlyMap<LineKey, Breakdown>,
): string[] {
  return signals.flatMap((signal) =>
    signal.lines.flatMap((line) => {
      const breakdown = breakdowns.get(lineKeyOf(signal.id, line.id));
      const worst = breakdown && worstPartInWords(breakdown, signal.unit);
      return worst ? [`Worst for ${namedLine(signal, line).name}: ${worst}.`] : [];
    }),
  );
}
