import { type Bundle, SIGNAL_IDS, type Threshold } from "@/lib/catalogue/bundle";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import { durationInWords, thresholdInWords } from "@/lib/wording/sentence";
import type { EditedSignal } from "./edit";
import { lineName } from "./lines";
import type { RecordedEdit, RecordedSetting } from "./record";

/** "above 1 s for 5 min": when a threshold alerts. */
export function alertInWords(threshold: Threshold, { worse, unit }: EditedSignal): string {
  const limit = thresholdInWords(threshold, worse, unit);
  return threshold.forSeconds === 0 ? limit : `${limit} for ${durationInWords(threshold.forSeconds)}`;
}

/** What an edit came from or went to; null is the platform's default, known with today's numbers only. */
export function settingInWords(setting: RecordedSetting | null, signal: EditedSignal): string {
  if (setting === null) return "the platform's default";
  return setting.enabled ? alertInWords(setting, signal) : "off";
}

/** Threshold edits as events for charts and lists. Lines that the bundle no longer has are left out. */
export function thresholdEditEvents(bundle: Bundle, edits: readonly RecordedEdit[]): CapabilityEvent[] {
  return edits.flatMap(({ signal: id, line: lineId, atMs, by, from, to }): CapabilityEvent[] => {
    const signalId = SIGNAL_IDS.find((known) => known === id);
    if (!signalId) return [];
    const signal = bundle.signals[signalId];
    const line = signal.lines.find((each) => each.id === lineId);
    if (!line) return [];
    return [
      {
        kind: "threshold-edit",
        atMs,
        signal: signalId,
        name: lineName(signalId, signal, line),
        from: settingInWords(from, signal),
        to: settingInWords(to, signal),
        by,
      },
    ];
  });
}
