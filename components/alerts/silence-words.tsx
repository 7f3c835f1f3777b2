import { Time } from "@/components/ui/zone";
import type { Silence } from "@/lib/alerts/silence";
import { plainNumber } from "@/lib/wording/format";

const count = (value: number) => plainNumber(value, 0);

/** What was evaluated while there was nothing to report. */
export function SilenceWords({ silence }: { silence: Silence | null }) {
  if (!silence) return <>Nothing has been evaluated yet.</>;
  const skipped = silence.failed + silence.missed;
  const nothing = silence.evaluations + skipped === 0;
  return (
    <span data-silence={nothing ? "none" : skipped === 0 ? "whole" : "broken"}>
      {FROM[silence.from]} (<Time atMs={silence.sinceMs} style="day-clock" withZone />
      ): {nothing ? "nothing evaluated yet" : countWords(silence.evaluations, skipped)}.
      {skipped > 0 && ` ${skippedWords(silence)}`}
    </span>
  );
}

const countWords = (evaluations: number, skipped: number) =>
  `${count(evaluations)} ${evaluations === 1 ? "evaluation" : "evaluations"}, ${skipped === 0 ? "none skipped" : `${count(skipped)} skipped`}`;

const FROM: Record<Silence["from"], string> = {
  mail: "Since your last alert mail",
  live: "Since you went live",
  records: "As far back as is recorded",
};

function skippedWords({ failed, missed }: Silence): string {
  const parts = [
    ...(failed > 0 ? [`${count(failed)} because the metrics could not be had`] : []),
    ...(missed > 0 ? [`${count(missed)} because the evaluator did not run`] : []),
  ];
  return `${parts.join(", ")}.`;
}
