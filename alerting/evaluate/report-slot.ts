import type { CycleRecord } from "@/lib/alerts/cycle";
import { platformEventWords } from "@/lib/alerts/platform-event";
import { log } from "@/lib/infra/log";
import type { SlotResult } from "./slot";

const ZERO_UNANSWERED =
  "Which capabilities are scaled to zero isn't known of all in this slot. Those that were before stay unjudged; the others are judged.";

/** Makes the function that logs what came of a judged slot. */
export function createSlotReport(): (slotMs: number, result: SlotResult & { kind: "judged" }) => void {
  const leftOut = new Map<string, string | null>();
  let isEvent = false;
  let isZeroUnanswered = false;

  /** Whose metrics a line had to leave out: once as long as it stays the same. */
  function logLeftOut(records: readonly CycleRecord[]): void {
    const changed = records.filter(
      ({ lineKey, outcome, detail }) => outcome === "good" && detail !== (leftOut.get(lineKey) ?? null),
    );
    for (const { lineKey, detail } of changed) leftOut.set(lineKey, detail);
    const lines = changed.flatMap(({ lineKey, detail }) => (detail ? [{ line: lineKey, detail }] : []));
    if (lines.length > 0)
      log.warn({ lines }, "Some tenants' own metrics can't be used; the others are judged.");
  }

  return (slotMs, { records, mails, event, zeroUnanswered }) => {
    // No fault of the portal, so no error; the metric has a rule that pages.
    if (event && !isEvent) log.warn({ slotMs, ...event }, platformEventWords(event));
    isEvent = event !== null;
    if (zeroUnanswered !== null && !isZeroUnanswered)
      log.warn({ slotMs, detail: zeroUnanswered }, ZERO_UNANSWERED);
    isZeroUnanswered = zeroUnanswered !== null;
    const bad = records.filter(({ outcome }) => outcome !== "good");
    if (bad.length > 0)
      log.warn(
        { slotMs, lines: bad.map(({ lineKey, reason, detail }) => ({ line: lineKey, reason, detail })) },
        "Lines could not be judged; their state stays as it was.",
      );
    logLeftOut(records);
    if (mails > 0) log.info({ slotMs, mails }, "Mails were written.");
  };
}
