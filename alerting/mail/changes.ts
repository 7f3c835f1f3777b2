import type { EditedThreshold, MailFacts, RecentThresholdEdit } from "@/lib/alerts/mail-facts";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import { consecutiveRunsOf, runWords } from "@/lib/wording/event-words";
import { list } from "@/lib/wording/sentence";
import type { Block } from "./document";
import { thresholdWords } from "./facts";
import { momentInWords } from "./moments";
import { mailLineName, nameInWords } from "./names";

/** A crash loop or a busy afternoon shall not bury the rest of the mail. */
const MOST = 8;

/** What changed in the hour before, oldest first, and plainly what could not be read. */
export function changesOf(content: MailFacts): Block[] {
  const { deployments, restarts, edits, timeZone, atMs } = content;
  const parts = [
    { name: "deployments", read: deployments !== null },
    ...(restarts === undefined ? [] : [{ name: "restarts", read: restarts !== null }]),
    ...(edits === undefined ? [] : [{ name: "threshold edits", read: edits !== null }]),
  ];
  const events: CapabilityEvent[] = [
    ...(deployments ?? []).map(({ atMs: at, version }) => ({
      kind: "deployment" as const,
      atMs: at,
      version: nameInWords(version, 60, "a version without a name"),
    })),
    ...(restarts ?? []).map((restart) => ({
      ...restart,
      container: nameInWords(restart.container, 60, "A container"),
      reason: nameInWords(restart.reason, 60, ""),
    })),
  ];
  const changes = [
    ...consecutiveRunsOf(events).map((run) => ({ at: run.firstAtMs, words: runWords(run) })),
    ...(edits ?? []).map((edit) => ({ at: edit.atMs, words: editWords(edit) })),
  ].sort((a, b) => a.at - b.at);

  const items = changes.slice(-MOST).map(({ at, words }) => `${momentInWords(at, timeZone, atMs)}: ${words}`);
  if (changes.length > MOST) items.unshift(`${changes.length - MOST} earlier ones are on the page.`);
  const unread = parts.filter(({ read }) => !read).map(({ name }) => name);
  const known = parts.filter(({ read }) => read).map(({ name }) => name);
  if (items.length === 0 && known.length > 0) items.push(`No ${orList(known)} in the hour before.`);
  if (unread.length > 0) items.push(`The ${list(unread)} could not be read.`);
  return [
    { kind: "heading", text: "What changed just before" },
    { kind: "list", items },
  ];
}

const orList = (names: string[]) => list(names).replace(/ and (?=[^,]*$)/, " or ");

function editWords(edit: RecentThresholdEdit): string {
  const words = (state: EditedThreshold) => {
    if (state === null) return "the platform's default";
    return state.enabled ? thresholdWords(state, edit) : "off";
  };
  return `${nameInWords(edit.by, 60)} changed the threshold of ${mailLineName(edit)} from ${words(edit.from)} to ${words(edit.to)}`;
}
