import { z } from "zod";
import { type IssueLabels, kindLabels, NOTICE_KINDS, type NoticeKind } from "@/lib/catalogue/notice-labels";
import { visibleLine, visibleText } from "@/lib/infra/hidden-characters";
import { deadlineOf } from "./deadline";
import { fieldName, formFields, itemsOf, tasksOf } from "./form";
import type { Issue } from "./issue";
import type { Nameable, TenantNameFinder } from "./tenant-names";

/** A text line by line, each with the tenants that it names. What names others is never shown (view.ts). */
const textSchema = z.array(z.object({ text: z.string(), names: z.array(z.string()) }));
export type NamedText = z.infer<typeof textSchema>;

const FIELD_IDS = ["what", "version", "deadline", "why", "guideline", "cadence"] as const;
export type FieldId = (typeof FIELD_IDS)[number];

/** An issue of the operator's as the portal keeps it: what concerns everybody, and per tenant only whether it has moved. */
export const noticeSchema = z.object({
  number: z.int(),
  kind: z.enum(NOTICE_KINDS),
  url: z.string(),
  title: textSchema,
  fields: z.partialRecord(z.enum(FIELD_IDS), textSchema),
  /** When the deadline has passed; null where none is given, or none that can be read. */
  deadlineMs: z.number().nullable(),
  /** Whom it concerns. */
  tenants: z.union([z.literal("every"), z.array(z.string())]),
  /** Whether each has moved, where the operator says so. */
  moved: z.record(z.string(), z.boolean()),
  counts: z.object({ moved: z.int(), notMoved: z.int() }).nullable(),
  components: z.array(z.string()),
  openedAtMs: z.number(),
  updatedAtMs: z.number(),
  closedAtMs: z.number().nullable(),
});
export type Notice = z.infer<typeof noticeSchema>;

/** How each field may be called in the operator's issue forms. */
const HEADINGS: Record<FieldId, string[]> = {
  what: ["what", "what changes", "what falls behind", "what happens", "summary"],
  version: ["version", "new version", "target version"],
  deadline: ["deadline", "hard deadline", "by when", "due", "due date", "eviction date"],
  why: ["why", "reason"],
  guideline: ["guideline", "guidelines", "guide", "how to move"],
  cadence: ["cadence"],
};
const TENANT_HEADINGS = ["tenant", "tenants", "capability", "capabilities"];
const EVERY_TENANT =
  /^(all|every|everybody|everyone|all tenants|every tenant|all capabilities|every capability)$/;

/** A platform incident and a contract change are everybody's by nature. An update or an eviction that names nobody concerns nobody. */
const FOR_ALL_BY_NATURE: readonly NoticeKind[] = ["incident", "contract-change"];

export type NoticeContext = { labels: IssueLabels; tenants: readonly Nameable[]; mentions: TenantNameFinder };

/**
 * Reads an issue as a notice: its kind and its tenants from labels and form fields, the rest from form fields alone. Nothing of
 * the body outside of known fields is kept.
 * @returns null where no label makes it a notice
 */
export function noticeOf(issue: Issue, { labels, tenants, mentions }: NoticeContext): Notice | null {
  const known = kindLabels(labels);
  const kind = NOTICE_KINDS.find((each) => issue.labels.some((label) => same(label, known[each])));
  if (!kind) return null;
  const form = formFields(issue.body);
  const textOf = (headings: readonly string[]) =>
    headings.map((heading) => form.get(heading)).find((text) => text !== undefined);
  const named = (lines: string[], seen: (line: string) => string): NamedText => {
    const names = mentions(lines);
    return lines.map((line, index) => ({ text: seen(line), names: names[index] ?? [] }));
  };
  const fields: Notice["fields"] = {};
  for (const id of FIELD_IDS) {
    const text = textOf(HEADINGS[id]);
    if (text !== undefined) fields[id] = named(text.split("\n"), visibleLine);
  }
  const list = textOf(TENANT_HEADINGS) ?? "";
  const deadline = textOf(HEADINGS.deadline);
  const concerned = concernedBy(issue, kind, list, { labels, tenants });
  return {
    number: issue.number,
    kind,
    url: issue.url,
    title: named([issue.title], visibleText),
    fields,
    deadlineMs: deadline === undefined ? null : deadlineOf(deadline),
    tenants: concerned,
    moved: movedOf(issue, list, concerned, textOf(["state", "status"]), tenants),
    counts: countsOf(issue, form, list),
    components: prefixed(issue.labels, labels.componentPrefix),
    openedAtMs: issue.openedAtMs,
    updatedAtMs: issue.updatedAtMs,
    closedAtMs: issue.closedAtMs,
  };
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function prefixed(labels: readonly string[], prefix: string): string[] {
  const found = labels
    .filter((label) => label.toLowerCase().startsWith(prefix.toLowerCase()))
    .map((label) => label.slice(prefix.length).trim().toLowerCase());
  return [...new Set(found)].filter((rest) => rest !== "").sort();
}

function finder(tenants: readonly Nameable[]): (text: string) => string | null {
  const byWord = new Map<string, string>();
  for (const { id, name } of tenants) byWord.set(fieldName(name), id);
  // An id wins over another's name: it is what can never change.
  for (const { id } of tenants) byWord.set(fieldName(id), id);
  return (text) => byWord.get(fieldName(text)) ?? null;
}

function concernedBy(
  issue: Issue,
  kind: NoticeKind,
  list: string,
  { labels, tenants }: Pick<NoticeContext, "labels" | "tenants">,
): Notice["tenants"] {
  const items = itemsOf(list);
  const saysEvery = items.some((item) => EVERY_TENANT.test(fieldName(item)));
  if (saysEvery || issue.labels.some((label) => same(label, labels.everyTenant))) return "every";
  const find = finder(tenants);
  const asked = [...prefixed(issue.labels, labels.tenantPrefix), ...items];
  // Named, but nobody known: a typing error, which must not turn a notice for one into a notice for all.
  if (asked.length === 0) return FOR_ALL_BY_NATURE.includes(kind) ? "every" : [];
  return [...new Set(asked.flatMap((text) => find(text) ?? []))].sort();
}

/** Ticks of the tenants' list; else, for an issue of one tenant alone, its state field, or that it is still open. */
function movedOf(
  issue: Issue,
  list: string,
  concerned: Notice["tenants"],
  state: string | undefined,
  tenants: readonly Nameable[],
): Notice["moved"] {
  const find = finder(tenants);
  const moved: Notice["moved"] = {};
  for (const { done, text } of tasksOf(list)) {
    const id = find(text.replace(/`/g, ""));
    if (id !== null) moved[id] = done;
  }
  const [only, ...others] = concerned === "every" ? [] : concerned;
  if (only === undefined || others.length > 0 || only in moved) return moved;
  const said = state === undefined ? "" : fieldName(state);
  return { ...moved, [only]: /^(not|hasn)/.test(said) ? false : said.startsWith("moved") || !issue.open };
}

/** How many have moved, as the operator posts it: two fields, or one like "12 of 15"; else the ticks; else the issues below it. */
function countsOf(issue: Issue, form: ReadonlyMap<string, string>, list: string): Notice["counts"] {
  const number = (name: string) => {
    const text = form.get(name);
    return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : null;
  };
  const moved = number("moved");
  const notMoved = number("not moved") ?? number("not yet moved");
  if (moved !== null && notMoved !== null) return { moved, notMoved };
  const share = /^(\d{1,6})(?: have moved)?(?: of | ?\/ ?)(\d{1,6})/.exec(
    form.get("moved") ?? form.get("how many have moved") ?? "",
  );
  if (share && Number(share[1]) <= Number(share[2]))
    return { moved: Number(share[1]), notMoved: Number(share[2]) - Number(share[1]) };
  const tasks = tasksOf(list);
  if (tasks.length > 0) {
    const done = tasks.filter((task) => task.done).length;
    return { moved: done, notMoved: tasks.length - done };
  }
  const below = issue.subIssues;
  return below && { moved: below.completed, notMoved: Math.max(0, below.total - below.completed) };
}
