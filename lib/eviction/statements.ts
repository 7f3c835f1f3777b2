import { type Statement, type StatementTypes, statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

// The database's clock decides, which all workers share: what one of them deletes can't come back.
export const EVICTED = statement("EVICTED", { notNull: ["now_ms"] })`
  SELECT id, time_zone, leaving, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms
  FROM tenant WHERE leaving -> 'eviction' IS NOT NULL`;
export const LOCKED = statement("LOCKED")`SELECT id, time_zone, leaving FROM tenant WHERE id = $1 FOR UPDATE`;
export const CLOCK = statement("CLOCK", {
  notNull: ["now_ms"],
})`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`;

/** Whatever names a tenant, as the database itself knows it: a table that is added later is deleted from without a word here. */
export const TABLES = statement("TABLES", { notNull: ["name", "quoted"] })`
  SELECT table_name AS name, quote_ident(table_name) AS quoted
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = current_schema() AND column_name = 'tenant_id' AND table_type = 'BASE TABLE' ORDER BY table_name`;
export const ALL_TABLES = statement("ALL_TABLES", { notNull: ["name", "quoted"] })`
  SELECT table_name AS name, quote_ident(table_name) AS quoted FROM information_schema.tables
  WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name`;
export const BOUNCES = statement("BOUNCES", {
  notNull: ["rows"],
})`SELECT count(*)::int AS rows FROM bounce JOIN mail ON mail.id = bounce.mail_id WHERE mail.tenant_id = $1`;
/** Written for one table, and run for each: forTable() puts another one in its place. */
const TABLE = "mail";

export const ROWS_OF_TENANT = statement("ROWS_OF_TENANT", { notNull: ["rows"] })`
  SELECT count(*)::int AS rows FROM ${TABLE} WHERE tenant_id = $1`;
export const DELETE_OF_TENANT = statement("DELETE_OF_TENANT")`DELETE FROM ${TABLE} WHERE tenant_id = $1`;

/** A row as text has bytes as hexadecimal digits, and JSON and lists as they are. */
export const ROWS_NAMING = statement("ROWS_NAMING", { withinMs: 600_000, notNull: ["rows"] })`
  SELECT count(*)::int AS rows FROM ${TABLE} AS t
  WHERE strpos(lower(t::text), lower($1)) > 0 OR strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0`;

/** @param quoted the table's name, as quote_ident() gives it */
export const forTable = <T extends StatementTypes>(general: Statement<T>, quoted: string): Statement<T> => ({
  ...general,
  text: general.text.replace(TABLE, () => quoted),
});

export const DELETE_TENANT = statement("DELETE_TENANT")`DELETE FROM tenant WHERE id = $1`;

/** So that a transaction that holds a row blocks the worker's other work for a while only. */
export const LIMIT_LOCK_WAIT = statement("LIMIT_LOCK_WAIT")`SET LOCAL lock_timeout = '20s'`;
export const LOCK = statement("LOCK")`SELECT pg_advisory_xact_lock($1)`;

/** The detail of a failed cycle may name a tenant (two series of it, say), and a relay may repeat an address. */
const unname = (table: string, column: string) => `
  UPDATE ${table} SET ${column} = regexp_replace(${column}, pattern, '(deleted)', 'g')
  FROM (SELECT '(?<![a-z0-9-])' || $1 || '(?![a-z0-9-])' AS pattern) AS named WHERE ${column} ~ pattern`;
export const UNNAME_CYCLES = statement("UNNAME_CYCLES")`${unname("cycle", "detail")}`;
export const UNNAME_RELAY_CHECKS = statement("UNNAME_RELAY_CHECKS")`${unname("relay_check", "reason")}`;

export const DEPART = statement("DEPART")`
  INSERT INTO departure (id_digest, not_serving_from, over_at, time_zone, issue_url, deleted_at, deleted)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (id_digest) DO UPDATE SET not_serving_from = excluded.not_serving_from, over_at = excluded.over_at,
    time_zone = excluded.time_zone, issue_url = excluded.issue_url, deleted_at = excluded.deleted_at,
    deleted = excluded.deleted, receipt_at = NULL`;

/** Another worker's are left to it for a while: it knows whose they are. */
export const UNLOGGED_RECEIPTS = statement("UNLOGGED_RECEIPTS")`
  SELECT id_digest, not_serving_from, over_at, deleted_at, deleted FROM departure
  WHERE receipt_at IS NULL AND (id_digest = ANY($1::text[]) OR deleted_at < now() - interval '5 minutes')
  FOR UPDATE SKIP LOCKED`;
export const RECEIPTED = statement(
  "RECEIPTED",
)`UPDATE departure SET receipt_at = now() WHERE id_digest = ANY($1::text[])`;
