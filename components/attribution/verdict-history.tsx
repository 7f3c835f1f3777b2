import type { OperatorSide } from "@/components/notices/platform-issues";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/zone";
import type { RecordedVerdict } from "@/lib/attribution/recorded-verdict";
import { VerdictView } from "./verdict-view";
import { SIDE_WORDS } from "./verdict-words";

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
  return (
    <Card id="whose" title="Yours or the platform's?">
      {current ? (
        <VerdictView verdict={current} operator={operator} />
      ) : (
        <p>Nothing was said of this alert: when it began, nobody could look at the evidence.</p>
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
                {reasons[0] && <span className="text-ink-soft">: {reasons[0].sentence}</span>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </Card>
  );
}
