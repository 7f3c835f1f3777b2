import type { AlertTimes } from "@/lib/alerts/times";
import { titleOf } from "@/lib/alerts/title";
import type { Bundle } from "@/lib/catalogue/bundle";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { NoticeView } from "@/lib/notices/view";

type AlertEvent = Extract<CapabilityEvent, { kind: "alert" }>;
type NoticeEvent = Extract<CapabilityEvent, { kind: "notice" }>;

/** Alerts as events: where each began, and where it ended. */
export function alertEvents(bundle: Bundle | null, alerts: readonly AlertTimes[]): AlertEvent[] {
  return alerts.flatMap(({ id, lineKey, firedAtMs, ended }) => {
    const name = titleOf(lineKey, bundle);
    const began: AlertEvent = { kind: "alert", atMs: firedAtMs, id, name, edge: "began", end: null };
    if (!ended) return [began];
    const end = { afterMs: ended.atMs - firedAtMs, reason: ended.reason };
    return [began, { kind: "alert", atMs: ended.atMs, id, name, edge: "ended", end }];
  });
}

/** The operator's issues as events: when each was opened, and closed. */
export function noticeEvents(notices: readonly NoticeView[]): NoticeEvent[] {
  return notices.flatMap(({ number, kind: about, title, url, openedAtMs, closedAtMs }) => {
    const opened: NoticeEvent = {
      kind: "notice",
      atMs: openedAtMs,
      number,
      about,
      title,
      url,
      edge: "opened",
    };
    return closedAtMs === null ? [opened] : [opened, { ...opened, atMs: closedAtMs, edge: "closed" }];
  });
}
