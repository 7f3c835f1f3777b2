"use client";

import { type FormEvent, useMemo } from "react";
import { primaryButton, secondaryButton, smallButton } from "@/components/ui/button";
import { PageLink } from "@/components/ui/page-link";
import { Switch } from "@/components/ui/switch";
import { checkEdit, type EditProblems, sameEdit } from "@/lib/thresholds/edit";
import type { PreviewRange } from "@/lib/thresholds/preview-range";
import type { ThresholdLine, ThresholdsView } from "@/lib/thresholds/view";
import { formatDuration } from "@/lib/wording/format";
import { type DraftText, editDraftOf, parseNumber, UNIT_WORDS } from "./draft";
import { DurationField, Field, NumberInput, SideSelect } from "./fields";
import { Preview } from "./preview";
import { sliderSpan } from "./preview-shape";
import { SuggestionRow } from "./suggestion-row";
import { type History, type ServerClock, useHistory } from "./use-history";
import { thresholdLimitWords } from "./words";

export type EditorActions = {
  saving: boolean;
  /** Faults that the server found, by field. */
  problems: EditProblems;
  onDraft: (draft: DraftText) => void;
  onSave: () => void;
  onDiscard: () => void;
  onDefault: () => void;
};

/** One line's threshold: its fields, what they would have done, a suggestion, and the way back to the platform's default. */
export function Editor({
  view,
  line,
  draft,
  range,
  onRange,
  clock,
  actions,
}: {
  view: ThresholdsView;
  line: ThresholdLine;
  draft: DraftText;
  range: PreviewRange;
  onRange: (range: PreviewRange) => void;
  clock: ServerClock;
  actions: EditorActions;
}) {
  const state = useHistory(view, line.key, range, clock);
  const highest = state.history?.highest ?? null;
  const checked = useMemo(
    () => checkEdit(editDraftOf(draft, line.unit), { ...line, highest }),
    [draft, line, highest],
  );
  const problems = { ...actions.problems, ...(checked.ok ? {} : checked.problems) };
  const isChanged = !checked.ok || !sameEdit(checked.edit, line.threshold);
  const change = (part: Partial<DraftText>) => actions.onDraft({ ...draft, ...part });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (checked.ok) return actions.onSave();
    event.currentTarget.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  };
  return (
    <form onSubmit={submit} noValidate aria-label={line.name}>
      <Switch
        on={draft.enabled}
        label={draft.enabled ? "Alert me about this" : "Off: this is measured, and alerts nobody"}
        onChange={(enabled) => change({ enabled })}
      />
      <div className={`mt-3 ${draft.enabled ? "" : "text-ink-soft"}`}>
        <ValueField
          line={line}
          draft={draft}
          history={state.history}
          problem={problems.value}
          change={change}
        />
        <div className="mt-2 grid gap-x-8 gap-y-2 sm:grid-cols-2">
          <DurationField
            id="hold"
            label="Alert after"
            hint="How long it must breach the threshold. 0 alerts at once."
            duration={draft.hold}
            problem={problems.forSeconds}
            onDuration={(hold) => change({ hold })}
          />
          <DurationField
            id="recovery"
            label="Recovery period"
            hint="How long it must be within the threshold before the alert resolves."
            duration={draft.recovery}
            problem={problems.recoverForSeconds}
            onDuration={(recovery) => change({ recovery })}
          />
        </div>
      </div>
      <SuggestionRow line={line} draft={draft} history={state.history} change={change} />
      <Preview
        line={line}
        checked={checked}
        state={state}
        range={range}
        onRange={onRange}
        intervalSeconds={view.intervalSeconds}
      />
      <SaveRow
        isChanged={isChanged}
        source={line.threshold.source}
        intervalSeconds={view.intervalSeconds}
        actions={actions}
      />
      <DefaultRow line={line} onDefault={actions.onDefault} disabled={actions.saving} />
    </form>
  );
}

function ValueField({
  line,
  draft,
  history,
  problem,
  change,
}: {
  line: ThresholdLine;
  draft: DraftText;
  history: History | null;
  problem: string | undefined;
  change: (part: Partial<DraftText>) => void;
}) {
  const span = useMemo(() => {
    const values = history?.points.flatMap(({ reading }) =>
      reading.kind === "value" ? [reading.value] : [],
    );
    return sliderSpan(values ?? [], [line.default.value, line.threshold.value], line);
  }, [history, line]);
  const shown = parseNumber(draft.value);
  const unit = UNIT_WORDS[line.unit];
  return (
    <div className="grid items-start gap-x-8 gap-y-2 sm:grid-cols-2">
      <Field id="value" label={`Alert when ${line.name} is`} problem={problem}>
        <span className="flex flex-wrap items-center gap-2">
          <SideSelect
            worse={line.worse}
            inclusive={draft.inclusive}
            onInclusive={(inclusive) => change({ inclusive })}
          />
          <NumberInput
            id="value"
            text={draft.value}
            invalid={problem !== undefined}
            onText={(value) => change({ value })}
          />
          {unit && <span className="text-ink-soft">{unit}</span>}
        </span>
      </Field>
      <div className="sm:pt-6">
        <input
          type="range"
          aria-label={`Value for ${line.name}`}
          aria-valuetext={shown === null ? "no number" : `${draft.value} ${unit}`}
          min={span.min}
          max={span.max}
          step={span.step}
          value={shown ?? span.min}
          onChange={(event) => change({ value: String(Number(Number(event.target.value).toPrecision(10))) })}
          className="h-10 w-full accent-(--accent)"
        />
        <p className="-mt-1 flex justify-between text-xs text-ink-soft">
          <span>{`${Number(span.min.toPrecision(6))} ${unit}`}</span>
          <span>{`${Number(span.max.toPrecision(6))} ${unit}`}</span>
        </p>
      </div>
    </div>
  );
}

/** Saves or discards, and says what applies. */
function SaveRow({
  isChanged,
  source,
  intervalSeconds,
  actions,
}: {
  isChanged: boolean;
  source: ThresholdLine["threshold"]["source"];
  intervalSeconds: number;
  actions: EditorActions;
}) {
  return (
    <div className="mt-5 flex flex-wrap items-center gap-3 border-t border-line pt-4">
      <button
        type="submit"
        disabled={!isChanged || actions.saving}
        className={`${primaryButton} disabled:opacity-50`}
      >
        {actions.saving ? "Saving" : "Save"}
      </button>
      {isChanged && (
        <button type="button" onClick={actions.onDiscard} className={secondaryButton}>
          Discard
        </button>
      )}
      <p className="text-sm text-ink-soft">
        {isChanged
          ? `Takes effect within ${formatDuration(intervalSeconds * 1000)}.`
          : source === "default"
            ? "The platform's default applies."
            : "Your threshold applies."}
      </p>
    </div>
  );
}

function DefaultRow({
  line,
  onDefault,
  disabled,
}: {
  line: ThresholdLine;
  onDefault: () => void;
  disabled: boolean;
}) {
  return (
    <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-ink-soft">
      <p>
        Platform's default: {thresholdLimitWords(line.default, line)}, resolves after{" "}
        {formatDuration(line.default.recoverForSeconds * 1000)}.
      </p>
      {line.threshold.source === "owner" && (
        <button type="button" disabled={disabled} onClick={onDefault} className={smallButton}>
          Back to the default
        </button>
      )}
      <PageLink href={`/signals/${line.signal}`} className="link inline-flex min-h-6 items-center">
        How to choose
      </PageLink>
    </div>
  );
}
