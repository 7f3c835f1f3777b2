import type { LineView, SignalView } from "@/lib/evaluation/view";
import { ownName } from "@/lib/wording/line-name";
import { inSentence } from "@/lib/wording/sentence";

/** A line with what it is called within a sentence. */
export type Named = { name: string; signal: SignalView; line: LineView };

/** A signal with one line goes by its own title; one with several, by the line's, but for the line that is the signal itself. */
export function namedLine(signal: SignalView, line: LineView): Named {
  const title = ownName(signal, line) ?? (signal.lines.length === 1 ? signal.title : line.label);
  return { name: inSentence(title), signal, line };
}
