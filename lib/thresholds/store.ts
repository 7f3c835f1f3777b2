import type { ThresholdSetting } from "@/lib/evaluation/effective";
import { thresholdOf } from "@/lib/evaluation/threshold";
import { connectionPool, database, type Prepared } from "@/lib/infra/db";
import type { TenantScope } from "@/lib/tenant/scope";
import { Prisma } from "@/prisma/generated/client";
import type { PreviewSummary } from "./backtest";
import { sameEdit, type ThresholdEdit } from "./edit";
import type { RecordedEdit, RecordedSetting } from "./record";

const COLUMNS = {
  signal: true,
  line: true,
  enabled: true,
  value: true,
  inclusive: true,
  forSeconds: true,
  recoverForSeconds: true,
  version: true,
} as const;

const SETTING = `signal, line, enabled, value, inclusive, for_seconds AS "forSeconds", recover_for_seconds AS "recoverForSeconds", version`;
// Plain SQL: each look at the health page asks it, and through Prisma's client it took three times the processor time.
const SETTINGS_OF: Prepared = {
  name: "settings_of",
  text: `SELECT ${SETTING} FROM threshold_setting WHERE tenant_id = $1`,
};
// What the worker asks is plain SQL throughout, so that Prisma's engine is never in its memory.
const ALL_SETTINGS = `SELECT ${SETTING}, tenant_id AS "tenantId" FROM threshold_setting`;
const EDITS_OF_ALL = `
  SELECT id, tenant_id AS "tenantId", signal, line, at, by, "from", "to", preview
  FROM threshold_edit WHERE tenant_id = ANY($1::text[]) AND at > $2 ORDER BY id`;
const SWITCHED_OFF = `
  SELECT tenant_id AS "tenantId", signal, line, updated_by AS by
  FROM threshold_setting WHERE tenant_id = ANY($1::text[]) AND NOT enabled`;

/** What the scope's tenant has set, in no order. A line without a setting goes by the platform's default. */
export async function readSettings({ tenantId }: TenantScope): Promise<ThresholdSetting[]> {
  const { rows } = await connectionPool().query<ThresholdSetting>({ ...SETTINGS_OF, values: [tenantId] });
  return rows;
}

/** Every tenant's settings, by tenant id. For the evaluator alone, which judges everybody. */
export async function readAllSettings(): Promise<Map<string, ThresholdSetting[]>> {
  const { rows } = await connectionPool().query<ThresholdSetting & { tenantId: string }>(ALL_SETTINGS);
  const byTenant = new Map<string, ThresholdSetting[]>();
  for (const { tenantId, ...setting } of rows) {
    const known = byTenant.get(tenantId);
    if (known) known.push(setting);
    else byTenant.set(tenantId, [setting]);
  }
  return byTenant;
}

export type LineName = { signal: string; line: string };

export type ThresholdChange = {
  /** null: back to the platform's default. */
  to: ThresholdEdit | null;
  /** What the owner had before them: the version of the setting, 0 for the default; or the newest edit of the line. */
  expected: { version: number } | { newestEdit: string };
  /** Who, as the sign-in names them. */
  by: string;
  /** pending: recordPreview() tells it later. */
  preview: PreviewSummary | "pending" | null;
};

/** conflict: it was changed since. `current` is what holds now; `last` is the edit that made it so. */
export type SaveResult =
  | { kind: "saved"; current: RecordedSetting | null; edit: RecordedEdit }
  | { kind: "unchanged"; current: RecordedSetting | null }
  | { kind: "conflict"; current: RecordedSetting | null; last: RecordedEdit | null };

/**
 * Changes one line's threshold and records who, when, from and to, both or neither.
 *
 * Two at once for one tenant go one after the other, by a lock on the tenant's row: the second one finds what the first one did,
 * and is refused.
 */
export async function saveThreshold(
  { tenantId }: TenantScope,
  { signal, line }: LineName,
  { to, expected, by, preview }: ThresholdChange,
): Promise<SaveResult> {
  return database().$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT id FROM tenant WHERE id = ${tenantId} FOR NO KEY UPDATE`;
    const where = { tenantId, signal, line };
    const row = await transaction.thresholdSetting.findUnique({
      where: { tenantId_signal_line: where },
      select: COLUMNS,
    });
    const current = row && recordedOf(row);
    const newest = await transaction.thresholdEdit.findFirst({
      where,
      orderBy: { id: "desc" },
      select: EDIT_COLUMNS,
    });
    const last = newest && editOf(newest);
    const stands =
      "version" in expected ? (current?.version ?? 0) === expected.version : last?.id === expected.newestEdit;
    if (!stands) return { kind: "conflict", current, last };
    if (to === null ? current === null : current !== null && sameEdit(to, current))
      return { kind: "unchanged", current };

    // Every edit is recorded and none is ever deleted: their number never repeats, also after a return to the default.
    const version = (await transaction.thresholdEdit.count({ where })) + 1;
    const next = to && { ...editAlone(to), version };
    if (next) {
      const data = { ...next, updatedAt: new Date(), updatedBy: by };
      await transaction.thresholdSetting.upsert({
        where: { tenantId_signal_line: where },
        create: { ...where, ...data },
        update: data,
        select: { version: true },
      });
    } else {
      await transaction.thresholdSetting.delete({
        where: { tenantId_signal_line: where },
        select: { version: true },
      });
    }
    const edit = await transaction.thresholdEdit.create({
      data: {
        ...where,
        by,
        from: json(current),
        to: json(next),
        preview: preview === "pending" ? PENDING : json(preview),
      },
      select: EDIT_COLUMNS,
    });
    return { kind: "saved", current: next, edit: editOf(edit) };
  });
}

/** Of an edit without a preview: NULL while it is worked out, and JSON's null once there is none to come. */
const PENDING = Prisma.DbNull;
/** Whoever works a preview out has told it by then, or is dead. */
const PENDING_FOR_MS = 120_000;
const json = (value: object | null) => value ?? Prisma.JsonNull;

/**
 * Tells the preview of an edit that was saved with a pending one. Of an edit that has its preview, or is gone, it changes nothing.
 * @param preview null where it can't be known
 */
export async function recordPreview(
  { tenantId }: TenantScope,
  id: string,
  preview: PreviewSummary | null,
): Promise<void> {
  await database().thresholdEdit.updateMany({
    where: { tenantId, id: BigInt(id), preview: { equals: PENDING } },
    data: { preview: json(preview) },
  });
}

/** The ids of the tenant's edits whose preview is being worked out. */
export async function readPendingPreviews(
  { tenantId }: TenantScope,
  nowMs: number,
): Promise<ReadonlySet<string>> {
  const rows = await database().thresholdEdit.findMany({
    where: { tenantId, preview: { equals: PENDING }, at: { gte: new Date(nowMs - PENDING_FOR_MS) } },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id.toString()));
}

/**
 * The tenant's audit trail, newest first.
 * @param sinceMs leaves out what is older
 */
export async function readEdits(
  { tenantId }: TenantScope,
  { limit = 100, sinceMs }: { limit?: number; sinceMs?: number } = {},
): Promise<RecordedEdit[]> {
  const rows = await database().thresholdEdit.findMany({
    where: { tenantId, ...(sinceMs !== undefined && { at: { gte: new Date(sinceMs) } }) },
    orderBy: { id: "desc" },
    take: limit,
    select: EDIT_COLUMNS,
  });
  return rows.map(editOf);
}

/**
 * The edits of several tenants since a time, by tenant id, oldest first. For the evaluator alone, which mails everybody.
 */
export async function readEditsOfAll(
  tenantIds: readonly string[],
  { sinceMs }: { sinceMs: number },
): Promise<Map<string, RecordedEdit[]>> {
  if (tenantIds.length === 0) return new Map();
  type Row = Omit<EditRow, "id"> & { id: string; tenantId: string };
  const { rows } = await connectionPool().query<Row>(EDITS_OF_ALL, [tenantIds, new Date(sinceMs)]);
  const byTenant = new Map<string, RecordedEdit[]>();
  for (const { tenantId, id, ...row } of rows)
    byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), editOf({ ...row, id: BigInt(id) })]);
  return byTenant;
}

/** Who switched off the lines of these tenants that are off now. For the evaluator alone, which tells of it. */
export async function readSwitchedOff(
  tenantIds: readonly string[],
): Promise<(LineName & { tenantId: string; by: string })[]> {
  if (tenantIds.length === 0) return [];
  const { rows } = await connectionPool().query<LineName & { tenantId: string; by: string }>(SWITCHED_OFF, [
    tenantIds,
  ]);
  return rows;
}

/** One entry of the tenant's audit trail, or null when it has none of that id. @param id digits */
export async function readEdit({ tenantId }: TenantScope, id: string): Promise<RecordedEdit | null> {
  const row = await database().thresholdEdit.findFirst({
    where: { tenantId, id: BigInt(id) },
    select: EDIT_COLUMNS,
  });
  return row && editOf(row);
}

const EDIT_COLUMNS = {
  id: true,
  signal: true,
  line: true,
  at: true,
  by: true,
  from: true,
  to: true,
  preview: true,
} as const;

type EditRow = Prisma.ThresholdEditGetPayload<{ select: typeof EDIT_COLUMNS }>;

/** Written by this file alone, so its shape is known. */
function editOf({ id, at, from, to, preview, ...rest }: EditRow): RecordedEdit {
  return {
    ...rest,
    id: id.toString(),
    atMs: at.getTime(),
    from: from as RecordedSetting | null,
    to: to as RecordedSetting | null,
    preview: preview as PreviewSummary | null,
  };
}

const editAlone = ({ enabled, ...threshold }: ThresholdEdit): ThresholdEdit => ({
  enabled,
  ...thresholdOf(threshold),
});
const recordedOf = (row: ThresholdSetting): RecordedSetting => ({ ...editAlone(row), version: row.version });
