import type { Threshold } from "@/lib/catalogue/bundle";
import type { Backtest, PreviewSummary } from "@/lib/thresholds/backtest";
import type { CheckedEdit, EditedSignal } from "@/lib/thresholds/edit";
import { PREVIEW_RANGES, type PreviewRange } from "@/lib/thresholds/preview-range";
import type { RecordedSetting } from "@/lib/thresholds/record";
import type { EditView } from "@/lib/thresholds/view";
import { formatDuration, formatHold, formatThreshold } from "@/lib/wording/format";

export const RANGE_WORDS: Record<PreviewRange, { short: string; long: string }> = {
  "24h": { short: "24 h", long: "24 hours" },
  "7d": { short: "7 d", long: "7 days" },
  "30d": { short: "30 d", long: "30 days" },
};

/** "> 1 s for 5 min", "≥ 3 at once" */
export function thresholdLimitWords(threshold: Threshold, { worse, unit }: EditedSignal): string {
  return `${formatThreshold(threshold, worse, unit)} ${formatHold(threshold.forSeconds)}`;
}

/** A whole threshold, its recovery included: it distinguishes two versions. */
export function wholeWords(threshold: Threshold & { enabled: boolean }, signal: EditedSignal): string {
  const words = `${thresholdLimitWords(threshold, signal)}, resolves after ${formatDuration(threshold.recoverForSeconds * 1000)}`;
  return threshold.enabled ? words : `off (${words})`;
}

/** One side of an edit. */
export function sideWords(setting: RecordedSetting | null, signal: EditedSignal | null): string {
  if (setting === null) return "platform's default";
  return signal ? wholeWords(setting, signal) : setting.enabled ? "on" : "off";
}

const times = (count: number) => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);
const mailWords = (count: number) => `${count} ${count === 1 ? "mail" : "mails"}`;

/** "would have alerted 3 times, longest 14 min, 4 mails" */
function counted(alerts: number, longestMs: number, mails: number): string {
  if (alerts === 0) return "would not have alerted";
  return `would have alerted ${times(alerts)}, ${alerts === 1 ? "for" : "longest"} ${formatDuration(longestMs)}, ${mailWords(mails)}`;
}

/** What a threshold would have done, in a sentence. */
export function previewWords({ alerts, longestMs, mails }: Backtest, range: PreviewRange): string {
  return `In the last ${RANGE_WORDS[range].long} this ${counted(alerts.length, longestMs, mails)}.`;
}

/**
 * What stands above the preview: what the threshold would have done, or why nothing can be said.
 * @param result null while the history is read
 * @returns an empty text where there is nothing to say yet
 */
export function previewSentence(
  checked: CheckedEdit,
  result: (Backtest & { values: number }) | null,
  range: PreviewRange,
): string {
  if (!checked.ok) return "Once every field holds a value, this shows what it would have done.";
  if (!checked.edit.enabled) return "Switched off: nothing is judged, and no mail is sent.";
  if (!result) return "";
  // A history without a value is evidence neither for a threshold nor against it.
  if (result.values === 0) return `${NO_VALUES} ${RANGE_WORDS[range].long}, so nothing can be said.`;
  return previewWords(result, range);
}

const NO_VALUES = "There are no values in the last";

/** What the audit trail says of an edit's preview. */
export function previewNote({ preview, previewState }: Pick<EditView, "preview" | "previewState">): string {
  if (preview) return summaryWords(preview);
  return previewState === "pending"
    ? "what it would have done is being worked out"
    : "what it would have done is not known";
}

/** What the preview had shown, as the audit trail says it. */
export function summaryWords({ range, alerts, longestSeconds, mails }: PreviewSummary): string {
  const known = Object.hasOwn(RANGE_WORDS, range) ? RANGE_WORDS[range as PreviewRange].long : range;
  return `${counted(alerts, longestSeconds * 1000, mails)} in the ${known} before`;
}

/** How finely the preview was read, where the evaluator looks more often; null where they agree. */
export function resolutionWords(stepSeconds: number, intervalSeconds: number): string | null {
  if (stepSeconds <= intervalSeconds) return null;
  const step = formatDuration(stepSeconds * 1000);
  return `Read at one point every ${step}; the evaluator looks every ${formatDuration(intervalSeconds * 1000)}. What is shorter than ${step} may be missed here, and times are exact to ${step} only.`;
}

/** How much of the range is known at all; null where it is nearly all of it. */
export function coverageWords(values: number, stepSeconds: number, range: PreviewRange): string | null {
  const knownMs = values * stepSeconds * 1000;
  if (knownMs >= PREVIEW_RANGES[range].seconds * 1000 * 0.98) return null;
  if (values === 0) return `${NO_VALUES} ${RANGE_WORDS[range].long}.`;
  return `There are values for ${formatDuration(knownMs)} of these ${RANGE_WORDS[range].long}; time without values isn't judged.`;
}

/** Where the parts of a line could not be read for the whole range. */
export const WITHOUT_PARTS =
  "For some of this time the containers, volumes or targets behind this line couldn't be read one by one. The evaluator's alerts may begin or end at other times than this preview shows.";
