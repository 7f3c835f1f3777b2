import { StatusIcon } from "@/components/ui/status";
import type { Compared, ComparedLine } from "@/lib/views/releases/view";
import { formatValue } from "@/lib/wording/format";
import { BeforeAfter } from "./before-after";
import { LINE_WORDS, unclearReason, upper } from "./release-words";
import { iconOf } from "./word-look";

const WORDS_FIRST: readonly ComparedLine["word"][] = ["worse", "better", "unclear", "same"];

/** Each line: its word, its value before and after, and a small picture. What changed comes first. */
export function ComparedLines({ lines, daysBefore }: Pick<Compared, "lines" | "daysBefore">) {
  const sorted = lines.toSorted((a, b) => WORDS_FIRST.indexOf(a.word) - WORDS_FIRST.indexOf(b.word));
  return (
    <ul className="divide-y divide-line">
      {sorted.map((line) => (
        <li
          key={line.rule.key}
          data-line={line.rule.key}
          className="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_15rem] sm:items-center"
        >
          <div className="flex min-w-0 items-baseline justify-between gap-3 sm:block">
            <h3 className="font-medium">{upper(line.name)}</h3>
            <p className="flex items-center gap-1.5 text-sm">
              <StatusIcon status={iconOf({ word: line.word })} size={14} />
              {LINE_WORDS[line.word]}
            </p>
          </div>
          <div className="min-w-0">
            <p className="font-medium tabular-nums">
              {formatValue(line.before, line.rule.unit)}
              <span aria-hidden> → </span>
              <span className="sr-only"> before, </span>
              {formatValue(line.after, line.rule.unit)}
              <span className="sr-only"> after</span>
            </p>
            <p className="break-words text-xs text-ink-soft">{besides(line, daysBefore)}</p>
          </div>
          <BeforeAfter line={line} />
        </li>
      ))}
    </ul>
  );
}

function besides(line: ComparedLine, daysBefore: Compared["daysBefore"]): string | null {
  const reason = unclearReason(line);
  if (reason !== null) return upper(reason);
  if (!line.lastWeek) return null;
  const { before, after } = line.lastWeek;
  const when = daysBefore === 1 ? "A day before" : "A week before";
  return `${when}: ${formatValue(before, line.rule.unit)} → ${formatValue(after, line.rule.unit)}`;
}
