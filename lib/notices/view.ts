import { NOTICE_KINDS, type NoticeKind } from "@/lib/catalogue/notice-labels";
import { daysLeft } from "./deadline";
import type { FeedFailure } from "./feed-failure";
import type { FieldId, NamedText, Notice } from "./notice";

/** A notice as one tenant may see it: plain data, no name of anybody else. Texts are Markdown, except the title. */
export type NoticeView = {
  number: number;
  kind: NoticeKind;
  url: string;
  title: string;
  fields: Partial<Record<FieldId, string>>;
  /** Lines were left out because they name others. */
  shortened: boolean;
  deadlineMs: number | null;
  /** Whole days left, 0 on the last day; null without a deadline. */
  daysLeft: number | null;
  overdue: boolean;
  /** This tenant's own state; null where the operator doesn't say. */
  moved: boolean | null;
  counts: { moved: number; notMoved: number } | null;
  components: string[];
  openedAtMs: number;
  updatedAtMs: number;
  closedAtMs: number | null;
};

/** What stands for a title that names others. */
export const KIND_TITLES: Record<NoticeKind, string> = {
  eviction: "Eviction",
  "update-required": "Platform update required",
  "contract-change": "Platform contract change",
  incident: "Platform incident",
};

/**
 * What this tenant may see of a notice: lines that name another tenant are left out, also those that name both.
 * @returns null where it doesn't concern this tenant
 */
export function noticeFor(notice: Notice, tenantId: string, nowMs: number): NoticeView | null {
  if (notice.tenants !== "every" && !notice.tenants.includes(tenantId)) return null;
  const mayShow = ({ names }: NamedText[number]) => names.every((name) => name === tenantId);
  let shortened = false;
  const shown = (text: NamedText): string => {
    if (!text.every(mayShow)) shortened = true;
    // A gap stays a gap: the text around a line must not close up to a sentence that nobody wrote.
    return text
      .map((line) => (mayShow(line) ? line.text : ""))
      .join("\n")
      .trim();
  };
  const fields: NoticeView["fields"] = {};
  for (const [id, text] of Object.entries(notice.fields) as [FieldId, NamedText][]) {
    const words = shown(text);
    if (words !== "") fields[id] = words;
  }
  const { deadlineMs, number, kind, url, counts, components, openedAtMs, updatedAtMs, closedAtMs } = notice;
  const moved = notice.moved[tenantId] ?? null;
  return {
    number,
    kind,
    url,
    title: shown(notice.title) || KIND_TITLES[kind],
    fields,
    shortened,
    deadlineMs,
    daysLeft: deadlineMs === null ? null : daysLeft(deadlineMs, nowMs),
    overdue: deadlineMs !== null && deadlineMs <= nowMs && moved !== true && closedAtMs === null,
    moved,
    counts,
    components,
    openedAtMs,
    updatedAtMs,
    closedAtMs,
  };
}

/** Whether a notice asks something of the owner by a time that lies ahead. */
export const hasDeadlineAhead = (
  notice: Pick<NoticeView, "deadlineMs" | "overdue" | "moved" | "closedAtMs">,
): boolean =>
  notice.deadlineMs !== null && !notice.overdue && notice.moved !== true && notice.closedAtMs === null;

/** What presses most first: overdue, then by deadline, then those without one, the newest first. Incidents lead. */
export function byPressure(one: NoticeView, other: NoticeView): number {
  const rank = ({ kind }: NoticeView) => (kind === "incident" ? 0 : 1);
  return (
    rank(one) - rank(other) ||
    Number(one.moved === true) - Number(other.moved === true) ||
    (one.deadlineMs ?? Number.POSITIVE_INFINITY) - (other.deadlineMs ?? Number.POSITIVE_INFINITY) ||
    other.openedAtMs - one.openedAtMs ||
    NOTICE_KINDS.indexOf(one.kind) - NOTICE_KINDS.indexOf(other.kind) ||
    other.number - one.number
  );
}

/** What an owner reads where nobody has read the operator's issues, and nobody knows why. */
export const NEVER_READ = "Watchpost has not read the operator’s issues.";

/**
 * none: the definitions name no repository. unread: nobody has read the repository's issues, so there are links only.
 * known: the list as of `asOfMs`; `stale` says why it may be an old one.
 */
export type NoticesView =
  | { source: "none" }
  | { source: "unread"; repositoryUrl: string; failure: FeedFailure | null }
  | {
      source: "known";
      repositoryUrl: string;
      asOfMs: number;
      stale: string | null;
      open: NoticeView[];
      /** Closed in the last days, for the timeline. */
      closed: NoticeView[];
    };
