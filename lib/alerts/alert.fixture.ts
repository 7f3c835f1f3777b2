import type { LineKey } from "@/lib/evaluation/effective";
import type { Alert } from "./alert";

/** An open alert of the photo library, mailed, alone in its thread. @param change what matters here, at least when it fired */
export function openAlert(
  id: string,
  lineKey: LineKey,
  change: Partial<Alert> & Pick<Alert, "firedAtMs">,
): Alert {
  const { firedAtMs } = change;
  return {
    id,
    tenantId: "photos",
    lineKey,
    thread: { id, lineKey, openedAtMs: firedAtMs },
    breachedAtMs: firedAtMs - 60_000,
    firedValue: 9,
    threshold: { value: 5, inclusive: false, forSeconds: 60, recoverForSeconds: 60, worse: "higher" },
    worst: { value: 9, atMs: firedAtMs },
    last: null,
    missingSinceMs: null,
    notified: true,
    hold: null,
    reminders: 0,
    ended: null,
    ...change,
  };
}
