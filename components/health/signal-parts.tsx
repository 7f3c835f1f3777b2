import { Card } from "@/components/ui/card";
import { tableLook } from "@/components/ui/table";
import { Time } from "@/components/ui/zone";
import type { Breakdown } from "@/lib/evaluation/breakdown";
import type { LineView, SignalView } from "@/lib/evaluation/view";
import type { LineBreakdown } from "@/lib/views/health/read-breakdowns";
import { fineInWords, shareInWords } from "@/lib/wording/breakdown-words";
import { formatValue, NO_VALUE } from "@/lib/wording/format";

type Shown = Pick<SignalView, "id" | "unit">;

/** Which parts a signal's lines are made of, the worst first. The server renders it, for the instant of the page. */
export function SignalParts({
  signal,
  breakdowns,
  asOfMs,
}: {
  signal: Shown;
  breakdowns: readonly LineBreakdown[];
  asOfMs: number;
}) {
  if (breakdowns.length === 0) return null;
  return (
    <Card
      id="parts"
      title="Parts, worst first"
      aside={
        <span className="text-sm text-ink-soft">
          at <Time atMs={asOfMs} style="clock-seconds" withZone />; reload the page for newer values
        </span>
      }
    >
      <div className="space-y-4">
        {breakdowns.map(({ line, answer }) => (
          <section key={line.id} aria-label={`${line.label}, by part`} data-breakdown={line.id}>
            {breakdowns.length > 1 && <h3 className="text-sm font-medium">{line.label}</h3>}
            {answer.kind === "parts" ? (
              <Parts signal={signal} line={line} breakdown={answer.breakdown} />
            ) : (
              <p className="text-sm text-ink-soft">{emptyWords(line, answer)}</p>
            )}
          </section>
        ))}
      </div>
    </Card>
  );
}

type Empty = Exclude<LineBreakdown["answer"], { kind: "parts" }>;

function emptyWords({ label, reading }: LineView, answer: Empty): string {
  switch (answer.kind) {
    case "unknown":
      return `The parts of ${label} could not be asked for. ${answer.message}`;
    case "unnamed":
      return `${label} can’t be broken down: its metrics don’t have the label ${orList(answer.by)}.`;
    case "none":
      return `No part of ${label} has a value.`;
    case "no-value":
      return reading.kind === "no-traffic"
        ? `Too few requests to break ${label} down.`
        : `${label} has no value now, so its parts aren’t shown.`;
  }
}

const orList = (labels: readonly string[]): string =>
  labels.length < 2 ? labels.join("") : `${labels.slice(0, -1).join(", ")} or ${labels.at(-1)}`;

function Parts({ signal, line, breakdown }: { signal: Shown; line: LineView; breakdown: Breakdown }) {
  const { adds, label } = breakdown;
  const isJudged = line.threshold.enabled;
  const parts = adds ? breakdown.parts.filter(({ isBad }) => isBad) : breakdown.parts;
  const notes = notesOf(signal, line, breakdown, parts.length);
  if (parts.length === 0)
    return <p className="text-sm text-ink-soft">{`None of the ${label} has a share in it.`}</p>;
  return (
    <>
      <div className="mt-1 overflow-x-auto">
        <table className="w-full text-sm">
          <thead className="text-left text-xs text-ink-soft">
            <tr>
              <th scope="col" className="py-1 pr-4 font-normal first-letter:uppercase">
                {label}
              </th>
              <th scope="col" className="w-20 py-1 pr-4 font-normal">
                Value
              </th>
              {(adds || isJudged) && (
                <th scope="col" className="w-24 py-1 font-normal">
                  {adds ? "Share" : "Threshold"}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {parts.map(({ name, words, value, isBad, share }) => (
              <tr key={name.join("\n")} className={tableLook.row}>
                <th
                  scope="row"
                  className="min-w-32 break-words py-1.5 pr-4 text-left font-medium [overflow-wrap:anywhere]"
                >
                  {words}
                </th>
                <td className="whitespace-nowrap py-1.5 pr-4">{formatValue(value, signal.unit)}</td>
                {adds && (
                  <td className="whitespace-nowrap py-1.5">
                    {share === null ? NO_VALUE : shareInWords(share)}
                  </td>
                )}
                {!adds && isJudged && (
                  <td
                    className={`whitespace-nowrap py-1.5 ${isBad ? "font-medium text-bad" : "text-ink-soft"}`}
                  >
                    {isBad ? "breaches it" : "within it"}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {notes.length > 0 && <p className="mt-1 text-xs text-ink-soft">{notes.join(" ")}</p>}
    </>
  );
}

function notesOf({ id }: Shown, line: LineView, breakdown: Breakdown, shown: number): string[] {
  const { counts, label, adds, parts } = breakdown;
  const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  const fine = adds || line.threshold.enabled ? fineInWords(breakdown) : null;
  const sum = parts.reduce((total, { value }) => total + value, 0);
  const isExplained = id === "restarts" && adds && line.reading.kind === "value" && sum > line.reading.value;
  return [
    ...(counts === null ? [`There may be more ${label}: they could not be counted.`] : []),
    ...(counts && counts.all > shown && !adds ? [`The worst ${shown} of ${counts.all} ${label}.`] : []),
    ...(fine ? [sentence(fine)] : []),
    ...(isExplained
      ? ["Restarts that came with a deployment are listed and don’t count for the alert."]
      : []),
  ];
}
