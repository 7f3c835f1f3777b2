import { type Farewell, farewellOf } from "@/lib/leaving/farewell";
import type { Definitions } from "./read-definitions";
import type { TenantDefinition } from "./tenant-file";

const DOCUMENT_KINDS = ["bundle", "platform", "components"] as const;
type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What the database holds now. A document is null before the first apply. */
export type Current = {
  tenants: TenantDefinition[];
  bundle: unknown;
  platform: unknown;
  components: unknown;
  /** When those tenants were deleted that have departed and that the files still name, by id, in milliseconds since the epoch. */
  departedAtMs: ReadonlyMap<string, number>;
};

/** One field that changes. Both are JSON values; undefined is "not there". */
export type FieldChange = { path: string; from: unknown; to: unknown };

export type Plan = {
  created: TenantDefinition[];
  changed: { tenant: TenantDefinition; fields: FieldChange[] }[];
  unchanged: string[];
  /** Set to ended, by name, on request. Their rows and all that hangs on them stay. */
  removed: { id: string; from: TenantDefinition["state"] }[];
  /** Named by the files although their 30 days are over and no row is left: they aren't created again. */
  departed: { id: string; overAtMs: number; deletedAtMs: number | null }[];
  /** Their rows stand, but not for long: their 30 days are over, and the worker deletes all that hangs on them. */
  over: { id: string; overAtMs: number }[];
  /** Of those created, the ones that had departed: their departure is forgotten. */
  returned: string[];
  documents: { kind: DocumentKind; isNew: boolean; fields: FieldChange[]; document: object }[];
};

export type PlanResult = { ok: true; plan: Plan } | { ok: false; refusals: string[] };

/**
 * Compares what is with what is wanted. Nothing is ever planned that deletes a row of a tenant; the worker does that, by the date.
 *
 * A tenant that the files no longer name is refused, because a file lost in a merge looks just the same as a tenant that left;
 * only naming it (`remove`) says which of the two it is. One that has ended already may stay away.
 * @param remove ids of tenants that left and are no longer in the files
 * @param nowMs tells whose 30 days are over
 */
export function planDefinitions(
  current: Current,
  wanted: Definitions,
  remove: readonly string[],
  nowMs: number,
): PlanResult {
  const rows = new Map(current.tenants.map((tenant) => [tenant.id, tenant]));
  const wantedIds = new Set(wanted.tenants.map(({ id }) => id));
  const refusals: string[] = [];
  if (wanted.tenants.length === 0) refusals.push("The files name no tenant at all. That is never meant.");
  for (const id of new Set(remove)) {
    if (wantedIds.has(id)) {
      refusals.push(
        `--remove ${id}: the files still name this tenant. Take it out of them, or set its state to ended there.`,
      );
    } else if (!rows.has(id)) {
      refusals.push(`--remove ${id}: there is no such tenant.`);
    }
  }

  const plan: Plan = {
    ...{ created: [], changed: [], unchanged: [], removed: [] },
    ...{ departed: [], over: [], returned: [], documents: [] },
  };
  for (const tenant of wanted.tenants) {
    const { id } = tenant;
    const row = rows.get(id);
    const farewell = farewellIn(tenant, nowMs);
    if (!row && farewell) {
      const deletedAtMs = current.departedAtMs.get(id) ?? null;
      plan.departed.push({ id, overAtMs: farewell.overAtMs, deletedAtMs });
      continue;
    }
    const fields = row ? changes(row, tenant) : [];
    if (!row) plan.created.push(tenant);
    else if (fields.length > 0) plan.changed.push({ tenant, fields });
    else plan.unchanged.push(id);
    if (farewell) plan.over.push({ id, overAtMs: farewell.overAtMs });
    if (!row && current.departedAtMs.has(id)) plan.returned.push(id);
  }
  for (const row of current.tenants) {
    if (wantedIds.has(row.id)) continue;
    // One whose 30 days are over may go from the files at any time: the worker deletes it.
    if (row.state === "ended" || farewellIn(row, nowMs)) plan.unchanged.push(row.id);
    else if (remove.includes(row.id)) plan.removed.push({ id: row.id, from: row.state });
    else refusals.push(missing(row));
  }
  if (refusals.length > 0) return { ok: false, refusals };

  for (const kind of DOCUMENT_KINDS) {
    const before = current[kind];
    // The first apply says only that it is there now; spelling out every field of a bundle would bury the tenants.
    const fields = before === null ? [] : changes(before, wanted[kind]);
    if (before === null || fields.length > 0) {
      plan.documents.push({ kind, isNew: before === null, fields, document: wanted[kind] });
    }
  }
  return { ok: true, plan };
}

const farewellIn = ({ leaving, timeZone }: TenantDefinition, nowMs: number): Farewell | null =>
  farewellOf({ eviction: leaving.eviction, timeZone }, nowMs);

const missing = ({ id, name, state }: TenantDefinition) =>
  `The tenant ${id} (${name}, ${state}) is in the database, but the files no longer name it. If that is a mistake, put it back. ` +
  `If it left, keep it in the files with state: ended, or run apply with --remove ${id}: its sign-in ends, and all that its owner ` +
  "has stays. An id can't be renamed: under another id it is another tenant.";

/** Whether applying the plan would change anything. */
export function isEmpty(plan: Plan): boolean {
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
