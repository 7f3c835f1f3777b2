import type { LineComparison } from "@/lib/releases/compare-line";
import type { Release } from "@/lib/releases/releases";
import type { Compared, ReleaseView } from "@/lib/views/releases/view";
import { formatDuration, formatValue } from "@/lib/wording/format";
import { list, partList } from "@/lib/wording/sentence";
import { waitingList } from "@/lib/wording/waiting-words";

/** "1.4.3", "web and api", "a, b, c and 7 more". */
export const versionsInWords = ({ versions }: Pick<Release, "versions">): string => partList(versions);

/** The words of a line. */
export const LINE_WORDS: Record<LineComparison["word"], string> = {
  better: "Better",
  same: "Same",
  worse: "Worse",
  unclear: "Can’t tell",
};

/** How a release has been, in a few words. */
export function headlineOf({ word, rollout }: Pick<ReleaseView, "word" | "rollout">): string {
  if (rollout?.kind === "stuck")
    return word === "worse" ? "Worse, and the rollout is stuck" : "Rollout stuck";
  switch (word) {
    case "in-progress":
      return "Rollout in progress";
    case "too-early":
      return "Too early to say";
    case "unclear":
      return "Can’t tell";
    case "better":
      return "Better than before";
    case "worse":
      return "Worse than before";
    case "same":
      return "Same as before";
  }
}

/** How far the rollout has got, and what keeps it; null where it is complete, or is none of the newest. */
export function rolloutWords({ rollout, next }: Pick<ReleaseView, "rollout" | "next">): string | null {
  if (!rollout) return next ? null : "Whether it is rolled out to all replicas isn’t known.";
  if (rollout.kind === "complete") return null;
  const { updated, ready, wanted } = rollout.replicas;
  const counts =
    ready === null
      ? `${updated} of ${wanted} replicas updated`
      : `${updated} of ${wanted} replicas updated, ${ready} ready`;
  const waits = rollout.total > 0 ? ` Waiting: ${waitingList(rollout.waiting, rollout.total)}.` : "";
  return `${counts}, ${formatDuration(rollout.ageMs)} after the release.${waits}`;
}

/** What the comparison says, with the numbers of what changed; null where nothing is compared. */
export function comparedWords({ word, compared }: Pick<ReleaseView, "word" | "compared">): string | null {
  if (!compared) return null;
  const changed = compared.lines.filter(
    (line) => line.word === word && (word === "worse" || word === "better"),
  );
  if (changed.length > 0) return `${upper(changed.map(changeInWords).join("; "))}.`;
  if (word === "unclear") return null;
  return "No line differs by more than it varies anyway.";
}

const changeInWords = ({ name, before, after, rule }: Compared["lines"][number]) =>
  `${name} ${formatValue(before, rule.unit)} → ${formatValue(after, rule.unit)}`;

/** Which lines can't be compared, so that a word about all of them isn't taken for one about these; null where all can be. */
export function unclearWords({ compared }: Pick<ReleaseView, "compared">): string | null {
  const unclear = compared?.lines.filter(({ word }) => word === "unclear") ?? [];
  if (unclear.length === 0) return null;
  const names = list(unclear.map(({ name }) => name));
  return `${upper(names)} can’t be compared.`;
}

/** Why nothing is said of the whole, where no line says so itself; null where one does. */
export function unnoticedWords({ compared }: Pick<ReleaseView, "compared">): string | null {
  if (compared?.lines.some(({ rule }) => rule.isNoticed)) return null;
  return "Nothing is measured that users notice: neither availability nor latency nor errors.";
}

/** Why a line can't be compared; null where it can. */
export function unclearReason({ reason }: Pick<LineComparison, "reason">): string | null {
  switch (reason?.kind) {
    case undefined:
      return null;
    case "no-data":
      return `too few values ${reason.when}`;
    case "no-traffic":
      return `too few requests ${reason.when}`;
    case "no-last-week":
      return "it differs, and there is no earlier week or day to compare the time of day with";
    case "component":
      return `${reason.name} of the platform failed in this time`;
    case "not-asked":
      return reason.message;
  }
}

/** "30 min before and after, and the same hours a week before" */
export function lengthWords({ stretches, daysBefore }: Compared): string {
  const length = formatDuration(stretches.lengthMs);
  const same =
    daysBefore === null
      ? "nothing comparable is known of a week or a day before"
      : `with the same hours ${daysBefore === 7 ? "a week" : "a day"} before`;
  return `${length} after the release compared with ${length} before, ${same}`;
}

export const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
