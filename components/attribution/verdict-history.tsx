import type { OperatorSide } from "@/components/notices/platform-issues";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/zone";
import { keptSide } from "@/lib/attribution/kept-side";
import type { Reason } from "@/lib/attribution/reason";
import { reasonWords } from "@/lib/attribution/reason-words";
import type { RecordedVerdict } from "@/lib/attribution/recorded-verdict";
import { sideReasons } from "@/lib/attribution/side-reasons";
import type { Side } from "@/lib/attribution/verdict";
import { VerdictView } from "./verdict-view";
import { SIDE_WORDS } from "./verdict-words";

function whyWords(side: Side, reasons: readonly Reason[]): string {
  const deciding = sideReasons(side, reasons).map((reason) => reasonWords(reason, false));
  return deciding.length > 0 ? `: ${deciding.join(" ")}` : "";
}

/** The verdict with which the side became what it is. */
const changeTo = (verdicts: readonly RecordedVerdict[], side: Side): RecordedVerdict | null =>
  verdicts[verdicts.findLastIndex((each) => each.side !== side) + 1] ?? null;

/** What was said of one alert: as it stands, and each time that it changed. */
export function VerdictHistory({
  verdicts,
  operator,
}: {
  /** Oldest first. */
  verdicts: readonly RecordedVerdict[];
  /** null once the alert is over. */
  operator: OperatorSide | null;
}) {
  const current = verdicts.at(-1);
  const kept = keptSide(verdicts.map(({ side }) => side));
  const change = kept !== null && current && current.side !== kept ? changeTo(verdicts, current.side) : null;
  return (
    <Card id="whose" title="Yours or the platform's?">
      {kept && change && (
        <p className="mb-2" data-kept-side={kept}>
          At onset: {SIDE_WORDS[kept].toLowerCase()}. Changed to {SIDE_WORDS[change.side].toLowerCase()} at{" "}
          <Time atMs={change.atMs} style="day-clock" withZone />, by later evidence about the onset.
        </p>
      )}
      {current ? (
        <VerdictView verdict={current} operator={operator} />
      ) : (
        <p>No verdict: the evidence wasn’t available when this alert began.</p>
      )}
      {verdicts.length > 1 && (
        <details className="mt-3 text-sm">
          <summary className="link inline-flex min-h-8 list-none items-center">
            How the verdict changed ({verdicts.length - 1})
          </summary>
          <ol className="divide-y divide-line" data-verdict-history>
            {verdicts.map(({ atMs, side, reasons }) => (
              <li key={`${atMs} ${side} ${reasons.length}`} className="py-1.5">
                <Time atMs={atMs} style="day-clock" withZone /> · {SIDE_WORDS[side]}
                <span className="text-ink-soft">{whyWords(side, reasons)}</span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </Card>
  );
}
