import { alertStore } from "@/lib/alerts/store";
import type { Bundle } from "@/lib/catalogue/bundle";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { NoticesView, NoticeView } from "@/lib/notices/view";
import type { TenantScope } from "@/lib/tenant/scope";
import { thresholdEditEvents } from "@/lib/thresholds/edit-events";
import { thresholdStore } from "@/lib/thresholds/store";
import { alertEvents, noticeEvents } from "@/lib/timeline/events";
import { readNotices } from "../notices/read-notices";

/** The notices as far as they are known. */
export function noticesIn(view: NoticesView): NoticeView[] {
  return view.source === "known" ? [...view.open, ...view.closed] : [];
}

/**
 * What the portal itself has recorded of the scope's tenant: alerts, threshold edits and the operator's notices, in no order.
 * With what Prometheus knows (deployments, restarts) they are the events of every chart and of the timeline.
 * @param sinceMs leaves out what is older; some older ones may be among the answer
 * @throws where the database can't be asked
 */
export async function readRecordedEvents(
  scope: TenantScope,
  bundle: Bundle,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
): Promise<CapabilityEvent[]> {
  const [edits, alerts, notices] = await Promise.all([
    thresholdStore.readEdits(scope, { sinceMs }),
    alertStore.readAlertTimes(scope, sinceMs),
    readNotices(scope, nowMs),
  ]);
  return [
    ...thresholdEditEvents(bundle, edits),
    ...alertEvents(bundle, alerts),
    ...noticeEvents(noticesIn(notices)),
  ];
}
