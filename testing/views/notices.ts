import type { NoticesView, NoticeView } from "@/lib/notices/view";
import { NOW_MS } from "./health";

const DAY_MS = 86_400_000;
export const REPOSITORY_URL = "https://git.example/acme/infra";

/** An update that is asked of the owner, with days left. */
export function noticeView(change: Partial<NoticeView> = {}): NoticeView {
  return {
    number: 12,
    kind: "update-required",
    url: `${REPOSITORY_URL}/issues/12`,
    title: "Move to PostgreSQL 18",
    fields: { what: "PostgreSQL 16 goes away.", deadline: "2026-12-07", why: "It is no longer patched." },
    shortened: false,
    deadlineMs: NOW_MS + 16 * DAY_MS,
    daysLeft: 16,
    overdue: false,
    moved: false,
    counts: { moved: 12, notMoved: 3 },
    components: [],
    openedAtMs: NOW_MS - 3 * DAY_MS,
    updatedAtMs: NOW_MS - DAY_MS,
    closedAtMs: null,
    ...change,
  };
}

/** An incident of the platform that is open. */
export function incidentView(change: Partial<NoticeView> = {}): NoticeView {
  return noticeView({
    number: 14,
    kind: "incident",
    url: `${REPOSITORY_URL}/issues/14`,
    title: "Ingress drops requests",
    fields: { what: "The ingress drops one request in ten." },
    deadlineMs: null,
    daysLeft: null,
    moved: null,
    counts: null,
    components: ["ingress"],
    openedAtMs: NOW_MS - 20 * 60_000,
    ...change,
  });
}

type Known = Extract<NoticesView, { source: "known" }>;

export const NO_NOTICES: NoticesView = { source: "none" };
export const UNREAD_NOTICES: NoticesView = { source: "unread", repositoryUrl: REPOSITORY_URL, failure: null };

export function noticesView(change: Partial<Known> = {}): Known {
  return {
    source: "known",
    repositoryUrl: REPOSITORY_URL,
    asOfMs: NOW_MS - 60_000,
    stale: null,
    open: [],
    closed: [],
    ...change,
  };
}
