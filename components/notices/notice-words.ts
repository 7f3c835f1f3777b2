import type { NoticeKind } from "@/lib/catalogue/notice-labels";
import type { NoticeView } from "@/lib/notices/view";

/** What a notice is, in a word or two. */
export const NOTICE_KIND_WORDS: Record<NoticeKind, string> = {
  eviction: "Eviction",
  "update-required": "Update required",
  "contract-change": "Contract change",
  incident: "Platform incident",
};

const days = (count: number) => `${count} ${count === 1 ? "day" : "days"}`;

/** "16 days left", "today is the last day", "overdue by 3 days"; null without a deadline, or once it no longer counts. */
export function deadlineWords({
  daysLeft,
  overdue,
  moved,
  closedAtMs,
}: Pick<NoticeView, "daysLeft" | "overdue" | "moved" | "closedAtMs">): string | null {
  if (daysLeft === null || moved === true || closedAtMs !== null) return null;
  if (overdue) return daysLeft === -1 ? "overdue since less than a day" : `overdue by ${days(-daysLeft - 1)}`;
  return daysLeft === 0 ? "today is the last day" : `${days(daysLeft)} left`;
}

/** The owner's own state; null where a notice asks nothing of them. */
export function ownState({ kind, moved }: Pick<NoticeView, "kind" | "moved">): string | null {
  if (kind === "incident" || kind === "eviction") return null;
  if (moved === null) return "The operator’s issue doesn’t say whether you have moved.";
  return moved ? "You have moved." : "You have not moved yet.";
}

/** "12 capabilities have moved, 3 have not." As the operator posts it. */
export function countWords({ counts }: Pick<NoticeView, "counts">): string | null {
  if (!counts) return null;
  const { moved, notMoved } = counts;
  return `Of ${moved + notMoved} capabilities, ${moved} ${moved === 1 ? "has" : "have"} moved and ${notMoved} ${
    notMoved === 1 ? "has" : "have"
  } not, says the operator.`;
}
