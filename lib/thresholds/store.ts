import type { ThresholdSetting } from "@/lib/evaluation/effective";
import { thresholdOf } from "@/lib/evaluation/threshold";
import { type Database, database } from "@/lib/infra/db";
import type { RowOf } from "@/lib/infra/statement";
import type { TenantScope } from "@/lib/tenant/scope";
import { Prisma } from "@/prisma/generated/client";
import type { PreviewSummary } from "./backtest";
import { sameEdit, type ThresholdEdit } from "./edit";
import type { RecordedEdit, RecordedSetting } from "./record";
import * as sql from "./statements";

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

export type LineName = { signal: string; line: string };

export type ThresholdChange = {
  /** null: back to the platform's default. */
  to: ThresholdEdit | null;
  /** What the owner had before them: the version of the setting, 0 for the default; or the newest edit of the line. */
  expected: { version: number } | { newestEdit: string };
  /** Who, as the sign-in names them. */
  by: string;
  /** pending: recordPreview() adds it later. */
  preview: PreviewSummary | "pending" | null;
};

/** conflict: it was changed since. `current` is what holds now; `last` is the edit that made it so. */
export type SaveResult =
  | { kind: "saved"; current: RecordedSetting | null; edit: RecordedEdit }
  | { kind: "unchanged"; current: RecordedSetting | null }
  | { kind: "conflict"; current: RecordedSetting | null; last: RecordedEdit | null };

/** The value of a missing preview: NULL while it is worked out, and JSON's null once there is none to come. */
const PENDING = Prisma.DbNull;
/** The process that works a preview out has recorded it by then, or is dead. */
const PENDING_FOR_MS = 120_000;
const json = (value: object | null) => value ?? Prisma.JsonNull;

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

/** As Prisma gives it, and as the driver does. */
type EditRow = Omit<RowOf<typeof sql.EDITS_OF_ALL>, "id" | "tenantId"> & { id: bigint | string };

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

/** What owners set, and the audit trail of it, in a database. */
export function createThresholdStore(db: Database = database) {
  /** What the scope's tenant has set, in no order. The platform's default applies to a line without a setting. */
  async function readSettings({ tenantId }: TenantScope): Promise<ThresholdSetting[]> {
    return db.rows(sql.SETTINGS_OF, tenantId);
  }

  /** Every tenant's settings, by tenant id. For the evaluator alone, which judges everybody. */
  async function readAllSettings(): Promise<Map<string, ThresholdSetting[]>> {
    const rows = await db.rows(sql.ALL_SETTINGS);
    const byTenant = new Map<string, ThresholdSetting[]>();
    for (const { tenantId, ...setting } of rows) {
      const known = byTenant.get(tenantId);
      if (known) known.push(setting);
      else byTenant.set(tenantId, [setting]);
    }
    return byTenant;
  }

  /**
   * Changes one line's threshold and records who, when, from and to, both or neither.
   *
   * Two at once for one tenant go one after the other, by a lock on the tenant's row: the second one finds what the first one did,
   * and is refused.
   */
  async function saveThreshold(
    { tenantId }: TenantScope,
    { signal, line }: LineName,
    { to, expected, by, preview }: ThresholdChange,
  ): Promise<SaveResult> {
    return db.prisma.$transaction(async (transaction) => {
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
        "version" in expected
          ? (current?.version ?? 0) === expected.version
          : last?.id === expected.newestEdit;
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

  /**
   * Records the preview of an edit that was saved with a pending one. An edit that has its preview, or is gone, doesn't change.
   * @param preview null where it can't be known
   */
  async function recordPreview(
    { tenantId }: TenantScope,
    id: string,
    preview: PreviewSummary | null,
  ): Promise<void> {
    await db.prisma.thresholdEdit.updateMany({
      where: { tenantId, id: BigInt(id), preview: { equals: PENDING } },
      data: { preview: json(preview) },
    });
  }

  /** The ids of the tenant's edits whose preview is being worked out. */
  async function readPendingPreviews({ tenantId }: TenantScope, nowMs: number): Promise<ReadonlySet<string>> {
    const rows = await db.prisma.thresholdEdit.findMany({
      where: { tenantId, preview: { equals: PENDING }, at: { gte: new Date(nowMs - PENDING_FOR_MS) } },
      select: { id: true },
    });
    return new Set(rows.map(({ id }) => id.toString()));
  }

  /**
   * The tenant's audit trail, newest first.
   * @param sinceMs leaves out what is older
   */
  async function readEdits(
    { tenantId }: TenantScope,
    { limit = 100, sinceMs }: { limit?: number; sinceMs?: number } = {},
  ): Promise<RecordedEdit[]> {
    const rows = await db.prisma.thresholdEdit.findMany({
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
  async function readEditsOfAll(
    tenantIds: readonly string[],
    { sinceMs }: { sinceMs: number },
  ): Promise<Map<string, RecordedEdit[]>> {
    if (tenantIds.length === 0) return new Map();
    const rows = await db.rows(sql.EDITS_OF_ALL, tenantIds, new Date(sinceMs));
    const byTenant = new Map<string, RecordedEdit[]>();
    for (const { tenantId, ...row } of rows)
      byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), editOf(row)]);
    return byTenant;
  }

  /** Who switched off the lines of these tenants that are off now. For the evaluator alone, which reports it. */
  async function readSwitchedOff(
    tenantIds: readonly string[],
  ): Promise<(LineName & { tenantId: string; by: string })[]> {
    if (tenantIds.length === 0) return [];
    return db.rows(sql.SWITCHED_OFF, tenantIds);
  }

  /** One entry of the tenant's audit trail, or null when it has none of that id. @param id digits */
  async function readEdit({ tenantId }: TenantScope, id: string): Promise<RecordedEdit | null> {
    const row = await db.prisma.thresholdEdit.findFirst({
      where: { tenantId, id: BigInt(id) },
      select: EDIT_COLUMNS,
    });
    return row && editOf(row);
  }

  return {
    readSettings,
    readAllSettings,
    saveThreshold,
    recordPreview,
    readPendingPreviews,
    readEdits,
    readEditsOfAll,
    readSwitchedOff,
    readEdit,
  };
}

/** This process's instance. */
export const thresholdStore = createThresholdStore();
