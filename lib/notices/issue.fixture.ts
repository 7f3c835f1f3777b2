import { DEFAULT_ISSUE_LABELS } from "@/lib/catalogue/notice-labels";
import type { Issue } from "./issue";
import { type Notice, type NoticeContext, noticeOf } from "./notice";
import { tenantNameFinder } from "./tenant-names";

export const NOTICE_TENANTS = [
  { id: "photos", name: "Photo Library" },
  { id: "tickets", name: "Ticket Desk" },
  { id: "weather", name: "Weather Station" },
];

export const CONTEXT: NoticeContext = {
  labels: DEFAULT_ISSUE_LABELS,
  tenants: NOTICE_TENANTS,
  mentions: tenantNameFinder(NOTICE_TENANTS),
};

export const DAY_MS = 86_400_000;
export const NOTICES_NOW_MS = Date.UTC(2026, 2, 14, 12);

export function issue(change: Partial<Issue> = {}): Issue {
  return {
    number: 12,
    title: "Move to the new ingress",
    body: "",
    url: "https://github.com/acme/infra/issues/12",
    open: true,
    labels: ["platform update required"],
    openedAtMs: NOTICES_NOW_MS - DAY_MS,
    updatedAtMs: NOTICES_NOW_MS - DAY_MS,
    closedAtMs: null,
    subIssues: null,
    ...change,
  };
}

/** @throws Error where the issue is no notice */
export function notice(change: Partial<Issue> = {}): Notice {
  const read = noticeOf(issue(change), CONTEXT);
  if (!read) throw new Error("That issue is no notice.");
  return read;
}
