import type { TenantDefinition } from "@/lib/catalogue/tenant";
import { type DeletionNotice, deletionNoticeOf } from "@/lib/eviction/deletion-notice";
import { exactTime } from "@/lib/eviction/words";
import type { Definitions } from "./read-definitions";

const DOCUMENT_KINDS = ["bundle", "platform", "components", "identity"] as const;
type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What the database holds now. A document is null before the first apply. */
export type Current = {
  tenants: TenantDefinition[];
  bundle: unknown;
  platform: unknown;
  components: unknown;
  identity: unknown;
  /** When those tenants were deleted that have departed and that the files still name, by id, in milliseconds since the epoch. */
  departedAtMs: ReadonlyMap<string, number>;
};

/** One field that changes. Both are JSON values; undefined is "not there". */
export type FieldChange = { path: string; from: unknown; to: unknown };

export type DefinitionsPlan = {
  created: TenantDefinition[];
  changed: { tenant: TenantDefinition; fields: FieldChange[] }[];
  unchanged: string[];
  /** Set to ended, by name, on request. Their rows and all that depends on them stay. */
  removed: { id: string; from: TenantDefinition["state"] }[];
  /** Named by the files although their 30 days are over and no row is left: they aren't created again. */
  departed: { id: string; overAtMs: number; deletedAtMs: number | null }[];
  /** Their rows stand, but not for long: their 30 days are over, and the worker deletes all that depends on them. */
  over: { id: string; overAtMs: number }[];
  /** The created ones that had departed: their departure is deleted. */
  returned: string[];
  documents: { kind: DocumentKind; isNew: boolean; fields: FieldChange[]; document: object }[];
};

/** What the operator says beside the files, by tenant id, because files alone could say it by mistake. */
export type CommandFlags = {
  /** Left, and no longer in the files. */
  remove: readonly string[];
  /** What is held about it may be deleted at once: its new eviction was over long ago. */
  delete: readonly string[];
};

export type PlanResult = { ok: true; plan: DefinitionsPlan } | { ok: false; refusals: string[] };

type PlanInput = { current: Current; wanted: Definitions; flags: CommandFlags; nowMs: number };

/**
 * Compares what is with what is wanted. Nothing is ever planned that deletes a row of a tenant; the worker does that, by the date.
 *
 * A tenant that the files no longer name is refused, because a file lost in a merge looks just the same as a tenant that left;
 * only naming it (`remove`) says which of the two it is. One that has ended already may stay away.
 *
 * An eviction that was over before it was announced is refused as well, because a wrong year looks just the same, and
 * the worker deletes within two minutes; only naming the tenant (`delete`) says that it is meant.
 * @param nowMs decides whose 30 days are over
 */
export function planDefinitions(
  current: Current,
  wanted: Definitions,
  flags: CommandFlags,
  nowMs: number,
): PlanResult {
  const input = { current, wanted, flags, nowMs };
  const named = planNamed(input);
  const unnamed = planUnnamed(input);
  const refusals = [...refusedWords(input), ...named.refusals, ...unnamed.refusals];
  if (wanted.tenants.length === 0) refusals.unshift("The files name no tenant at all. That is never meant.");
  if (refusals.length > 0) return { ok: false, refusals };
  const plan = {
    ...named.plan,
    unchanged: [...named.plan.unchanged, ...unnamed.unchanged],
    removed: unnamed.removed,
    documents: planDocuments(input),
  };
  return { ok: true, plan };
}

/** Why the flags of the command make no sense with the files. */
function refusedWords({ current, wanted, flags, nowMs }: PlanInput): string[] {
  const wantedIds = new Set(wanted.tenants.map(({ id }) => id));
  const refusals: string[] = [];
  for (const id of new Set(flags.remove)) {
    if (wantedIds.has(id)) {
      refusals.push(
        `--remove ${id}: the files still name this tenant. Take it out of them, or set its state to ended there.`,
      );
    } else if (!current.tenants.some((row) => row.id === id)) {
      refusals.push(`--remove ${id}: there is no such tenant.`);
    }
  }
  for (const id of new Set(flags.delete)) {
    const tenant = wanted.tenants.find((each) => each.id === id);
    if (!tenant) refusals.push(`--delete ${id}: the files name no such tenant.`);
    else if (!deletionNoticeIn(tenant, nowMs))
      refusals.push(`--delete ${id}: its eviction isn't over by the files, so nothing of it is deleted.`);
  }
  return refusals;
}

/** The tenants that the files name. */
function planNamed({ current, wanted, flags, nowMs }: PlanInput) {
  const rows = new Map(current.tenants.map((tenant) => [tenant.id, tenant]));
  const mayDelete = new Set(flags.delete);
  const refusals: string[] = [];
  const plan: Omit<DefinitionsPlan, "removed" | "documents"> = {
    created: [],
    changed: [],
    unchanged: [],
    departed: [],
    over: [],
    returned: [],
  };
  for (const tenant of wanted.tenants) {
    const { id } = tenant;
    const row = rows.get(id);
    const deletionNotice = deletionNoticeIn(tenant, nowMs);
    if (!row && deletionNotice) {
      const deletedAtMs = current.departedAtMs.get(id) ?? null;
      plan.departed.push({ id, overAtMs: deletionNotice.overAtMs, deletedAtMs });
      continue;
    }
    if (row && deletionNotice && !deletionNoticeIn(row, nowMs) && !mayDelete.has(id))
      refusals.push(overAtOnce(row, deletionNotice));
    const fields = row ? changes(row, tenant) : [];
    if (!row) plan.created.push(tenant);
    else if (fields.length > 0) plan.changed.push({ tenant, fields });
    else plan.unchanged.push(id);
    if (deletionNotice) plan.over.push({ id, overAtMs: deletionNotice.overAtMs });
    if (!row && current.departedAtMs.has(id)) plan.returned.push(id);
  }
  return { plan, refusals };
}

/** The tenants in the database that the files don't name. */
function planUnnamed({ current, wanted, flags, nowMs }: PlanInput) {
  const wantedIds = new Set(wanted.tenants.map(({ id }) => id));
  const unchanged: string[] = [];
  const removed: DefinitionsPlan["removed"] = [];
  const refusals: string[] = [];
  for (const row of current.tenants) {
    if (wantedIds.has(row.id)) continue;
    // One whose 30 days are over may go from the files at any time: the worker deletes it.
    if (row.state === "ended" || deletionNoticeIn(row, nowMs)) unchanged.push(row.id);
    else if (flags.remove.includes(row.id)) removed.push({ id: row.id, from: row.state });
    else refusals.push(missing(row));
  }
  return { unchanged, removed, refusals };
}

function planDocuments({ current, wanted }: PlanInput): DefinitionsPlan["documents"] {
  return DOCUMENT_KINDS.flatMap((kind) => {
    const before = current[kind];
    // The first apply says only that it is there now; spelling out every field of a bundle would bury the tenants.
    const fields = before === null ? [] : changes(before, wanted[kind]);
    if (before !== null && fields.length === 0) return [];
    return [{ kind, isNew: before === null, fields, document: wanted[kind] }];
  });
}

const deletionNoticeIn = ({ leaving, timeZone }: TenantDefinition, nowMs: number): DeletionNotice | null =>
  deletionNoticeOf({ eviction: leaving.eviction, timeZone }, nowMs);

const missing = ({ id, name, state }: TenantDefinition) =>
  `The tenant ${id} (${name}, ${state}) is in the database, but the files no longer name it. If that is a mistake, put it back. ` +
  `If it left, keep it in the files with state: ended, or run apply with --remove ${id}: its sign-in ends, and all that its owner ` +
  "has stays. An id can't be renamed: under another id it is another tenant.";

const overAtOnce = ({ id, name, state }: TenantDefinition, { overAtMs }: DeletionNotice) =>
  `The eviction of ${id} (${name}, ${state}) as the file has it was over on ${exactTime(overAtMs, "UTC")}, and isn't by what holds now: ` +
  "the worker would delete all that the portal holds about it within two minutes. If that is a slip, mend the date or the pauses. " +
  `If it is meant, run apply with --delete ${id}.`;

/** Whether applying the plan would change anything. */
export function changesNothing(plan: DefinitionsPlan): boolean {
  return [plan.created, plan.changed, plan.removed, plan.documents].every((part) => part.length === 0);
}

/** The fields in which two JSON values differ, by path. */
function changes(from: unknown, to: unknown, path = ""): FieldChange[] {
  if (isContainer(from) && isContainer(to) && Array.isArray(from) === Array.isArray(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => {
      const step = Array.isArray(to) ? `[${key}]` : path === "" ? key : `.${key}`;
      return changes(from[key], to[key], `${path}${step}`);
    });
  }
  return Object.is(from, to) ? [] : [{ path, from, to }];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
