"use client";

import { useMemo } from "react";
import { Failed } from "@/components/ui/failed";
import { ScrollBox } from "@/components/ui/scroll-box";
import { tableLook } from "@/components/ui/table";
import { Time } from "@/components/ui/zone";
import { type Backtest, backtest } from "@/lib/thresholds/backtest";
import type { CheckedEdit } from "@/lib/thresholds/edit";
import { PREVIEW_RANGE_IDS, type PreviewRange } from "@/lib/thresholds/preview-range";
import type { ThresholdLine } from "@/lib/thresholds/view";
import { formatDuration } from "@/lib/wording/format";
import { BAND_LOOK, PreviewChart } from "./preview-chart";
import type { History, HistoryState } from "./use-history";
import { coverageWords, previewSentence, RANGE_WORDS, resolutionWords, WITHOUT_PARTS } from "./words";

const NO_SPANS: Backtest["spans"] = [];

/** What the threshold in the form would have done, as it is typed: the evaluator's own judgement, run here over the history. */
export function Preview({
  line,
  checked,
  state,
  range,
  onRange,
  intervalSeconds,
}: {
  line: ThresholdLine;
  checked: CheckedEdit;
  state: HistoryState;
  range: PreviewRange;
  onRange: (range: PreviewRange) => void;
  intervalSeconds: number;
}) {
  const { history } = state;
  const result = usePreview(history, checked, line);
  const enabled = !checked.ok || checked.edit.enabled;
  const values = useMemo(() => valuesIn(history), [history]);
  const sentence = previewSentence(checked, result && { ...result, values }, range);
  const others = useMemo(
    () => [line.default.value, line.threshold.value],
    [line.default.value, line.threshold.value],
  );
  return (
    <section aria-label="Preview" className="mt-6 border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h3 className="text-sm font-medium">What it would have done</h3>
        <RangeChoice range={range} onRange={onRange} />
      </div>
      <p className="mt-2 min-h-6 font-medium" role="status" data-preview>
        {sentence}
      </p>
      <div className="mt-3 min-h-[15.75rem]">
        {history && history.points.length > 0 && (
          <PreviewChart
            history={history}
            spans={result?.spans ?? NO_SPANS}
            threshold={checked.ok && enabled ? checked.edit : null}
            others={others}
            signal={line}
            label={`${line.name}, last ${RANGE_WORDS[range].long}. ${sentence}`}
          />
        )}
        {!history && state.failure && (
          <Failed what="The history" reason={state.failure.message} onRetry={state.retry} />
        )}
        {!history && !state.failure && <Reading {...state.progress} range={range} />}
      </div>
      {history && (
        <Notes
          values={values}
          stepSeconds={history.stepSeconds}
          range={range}
          intervalSeconds={intervalSeconds}
          isReadByParts={history.isReadByParts}
        />
      )}
      {result && result.alerts.length > 0 && history && <AlertTable result={result} history={history} />}
    </section>
  );
}

function usePreview(history: History | null, checked: CheckedEdit, line: ThresholdLine): Backtest | null {
  return useMemo(() => {
    if (!history || !checked.ok || !checked.edit.enabled) return null;
    return backtest(history.points, { ...checked.edit, worse: line.worse }, history.stepSeconds);
  }, [history, checked, line.worse]);
}

function Reading({ done, of, range }: { done: number; of: number; range: PreviewRange }) {
  return (
    <div className="skeleton flex h-[15.75rem] flex-col items-center justify-center gap-2 text-sm text-ink-soft">
      <label htmlFor="history-progress">Reading the last {RANGE_WORDS[range].long}</label>
      <progress id="history-progress" value={done} max={of} className="w-48 accent-(--accent)" />
    </div>
  );
}

function RangeChoice({ range, onRange }: { range: PreviewRange; onRange: (range: PreviewRange) => void }) {
  return (
    <fieldset className="flex rounded-lg bg-sunken p-0.5">
      <legend className="sr-only">Range of the preview</legend>
      {PREVIEW_RANGE_IDS.map((id) => (
        <label
          key={id}
          className={`flex min-h-8 min-w-11 cursor-pointer items-center justify-center rounded-md px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent ${
            id === range
              ? "bg-surface font-semibold text-ink shadow-card outline outline-1 outline-line-strong"
              : "text-ink-soft hover:text-ink"
          }`}
        >
          <input
            type="radio"
            name="preview-range"
            checked={id === range}
            onChange={() => onRange(id)}
            aria-label={RANGE_WORDS[id].long}
            className="sr-only"
          />
          {RANGE_WORDS[id].short}
        </label>
      ))}
    </fieldset>
  );
}

const valuesIn = (history: History | null): number =>
  history?.points.filter(({ reading }) => reading.kind === "value").length ?? 0;

function Notes({
  values,
  stepSeconds,
  range,
  intervalSeconds,
  isReadByParts,
}: {
  /** How many points have a value. */
  values: number;
  stepSeconds: number;
  range: PreviewRange;
  intervalSeconds: number;
  isReadByParts: boolean;
}) {
  const notes = [
    coverageWords(values, stepSeconds, range),
    resolutionWords(stepSeconds, intervalSeconds),
    isReadByParts ? null : WITHOUT_PARTS,
  ].filter((note) => note !== null);
  return (
    <div className="mt-2 text-xs text-ink-soft">
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {(["pending", "firing", "recovering"] as const).map((condition) => (
          <li key={condition} className="flex items-center gap-1.5">
            <span aria-hidden="true" className={`h-3.5 w-5 rounded-sm ${BAND_LOOK[condition]}`} />
            {condition}
          </li>
        ))}
        <li className="flex items-center gap-1.5">
          <span aria-hidden="true" className="w-5 border-t-2 border-dashed border-bad" />
          threshold
        </li>
      </ul>
      {notes.map((note) => (
        <p key={note} className="mt-1 max-w-prose">
          {note}
        </p>
      ))}
    </div>
  );
}

const MOST_ROWS = 100;

function AlertTable({ result, history }: { result: Backtest; history: History }) {
  const newest = result.alerts.toReversed();
  return (
    <details className="mt-2 text-sm">
      <summary className="inline-flex min-h-6 list-none items-center text-xs text-ink-soft underline decoration-line-strong underline-offset-4 hover:text-ink">
        {result.alerts.length === 1
          ? "The alert as a table"
          : `The ${result.alerts.length} alerts as a table`}
      </summary>
      <ScrollBox label="Alerts that there would have been">
        <table className={tableLook.table}>
          <thead className={tableLook.head}>
            <tr>
              <th scope="col" className={`${tableLook.headCell} text-left`}>
                Outside since
              </th>
              <th scope="col" className={tableLook.headCell}>
                Alert at
              </th>
              <th scope="col" className={tableLook.headCell}>
                Over at
              </th>
              <th scope="col" className={tableLook.headCell}>
                Lasted
              </th>
            </tr>
          </thead>
          <tbody>
            {newest.slice(0, MOST_ROWS).map(({ breachedAtMs, firedAtMs, endedAtMs }) => (
              <tr key={firedAtMs} className={tableLook.row}>
                <th scope="row" className={tableLook.first}>
                  <Time atMs={breachedAtMs} style="day-clock" />
                </th>
                <td className={tableLook.cell}>
                  <Time atMs={firedAtMs} style="day-clock" />
                </td>
                <td className={tableLook.cell}>
                  {endedAtMs === null ? "still lasts" : <Time atMs={endedAtMs} style="day-clock" />}
                </td>
                <td className={tableLook.cell}>{formatDuration((endedAtMs ?? history.toMs) - firedAtMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {newest.length > MOST_ROWS && (
        <p className="mt-1 text-xs text-ink-soft">The newest {MOST_ROWS} of them are shown.</p>
      )}
    </details>
  );
}
