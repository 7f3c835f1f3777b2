import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

const SETTING = `signal, line, enabled, value, inclusive, for_seconds AS "forSeconds", recover_for_seconds AS "recoverForSeconds", version`;
// SQL: each look at the health page asks it, and through Prisma's client it took three times the processor time.
export const SETTINGS_OF = statement("SETTINGS_OF", {
  prepared: "settings_of",
})`SELECT ${SETTING} FROM threshold_setting WHERE tenant_id = $1`;
// What the worker asks is SQL throughout, so that Prisma's engine is never in its memory.
export const ALL_SETTINGS = statement(
  "ALL_SETTINGS",
)`SELECT ${SETTING}, tenant_id AS "tenantId" FROM threshold_setting`;
export const EDITS_OF_ALL = statement("EDITS_OF_ALL")`
  SELECT id, tenant_id AS "tenantId", signal, line, at, by, "from", "to", preview
  FROM threshold_edit WHERE tenant_id = ANY($1::text[]) AND at > $2 ORDER BY id`;
export const SWITCHED_OFF = statement("SWITCHED_OFF")`
  SELECT tenant_id AS "tenantId", signal, line, updated_by AS by
  FROM threshold_setting WHERE tenant_id = ANY($1::text[]) AND NOT enabled`;
