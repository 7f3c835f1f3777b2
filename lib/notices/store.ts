import type { Pool } from "pg";
import { z } from "zod";
import { connectionPool, inTransaction } from "@/lib/infra/db";
import type { TenantScope } from "@/lib/tenant/scope";
import type { FeedFailure } from "./feed-failure";
import { type Notice, noticeSchema } from "./notice";
import type { IncidentFeed } from "./open-incidents";
import { type IssuePage, parsePages } from "./pages";
import type { Nameable } from "./tenant-names";

/** More notices than this at once help nobody. */
const MOST = 200;
/** A worker that dies while it asks keeps the others from asking for this long. */
const LEASE_SECONDS = 180;

// Of several workers one asks. Another repository's pages are no answer to this one's questions.
const BEGIN = `INSERT INTO notice_feed (id, repository, pages, interval_seconds) VALUES (1, $1, '[]', $2) ON CONFLICT (id) DO NOTHING`;
const CLAIM = `
  UPDATE notice_feed SET next_try_at = now() + $3 * interval '1 s', interval_seconds = $2,
    pages = CASE WHEN repository = $1 THEN pages ELSE '[]' END, read_at = CASE WHEN repository = $1 THEN read_at END,
    failure_code = CASE WHEN repository = $1 THEN failure_code END,
    failure_message = CASE WHEN repository = $1 THEN failure_message END, repository = $1
  WHERE id = 1 AND (next_try_at <= now() OR repository <> $1) RETURNING pages`;
const SUCCEED = `
  UPDATE notice_feed SET pages = $2, read_at = now(), failure_code = NULL, failure_message = NULL,
    next_try_at = now() + interval_seconds * interval '1 s' WHERE id = 1 AND repository = $1`;
const FAIL = `
  UPDATE notice_feed SET failure_code = $2, failure_message = $3, next_try_at = now() + $4 * interval '1 s'
  WHERE id = 1 AND repository = $1`;
const FORGET = `DELETE FROM notice`;
const INSERT = `
  INSERT INTO notice (number, document, every_tenant, tenants, moved)
  SELECT number, document, every_tenant, ARRAY(SELECT jsonb_array_elements_text(tenants)), moved
  FROM unnest($1::int[], $2::jsonb[], $3::boolean[], $4::jsonb[], $5::jsonb[]) AS new (number, document, every_tenant, tenants, moved)`;
const TENANTS = `SELECT id, name FROM tenant`;
const FEED = `SELECT repository, read_at, failure_code, failure_message, interval_seconds FROM notice_feed WHERE id = 1`;
const OPEN_INCIDENTS = `
  SELECT document, every_tenant, tenants FROM notice
  WHERE document ->> 'kind' = 'incident' AND document ->> 'closedAtMs' IS NULL ORDER BY number DESC LIMIT ${MOST}`;
const NOTICES_OF = `
  SELECT document, moved -> $1 AS moved FROM notice WHERE every_tenant OR tenants @> ARRAY[$1]
  ORDER BY number DESC LIMIT ${MOST}`;

/**
 * Takes the turn to ask the repository, if it is time and no other worker has it.
 * @returns what is known of it, for conditional questions; null: not now
 */
export async function claimFeed(
  repository: string,
  intervalSeconds: number,
  pool: Pool = connectionPool(),
): Promise<IssuePage[] | null> {
  await pool.query(BEGIN, [repository, intervalSeconds]);
  const { rows } = await pool.query<{ pages: unknown }>(CLAIM, [repository, intervalSeconds, LEASE_SECONDS]);
  const [row] = rows;
  return row ? parsePages(row.pages) : null;
}

/** What came of asking: pages that are all true now, or why not, and when to try again. */
export type FeedResult =
  | { ok: true; pages: readonly IssuePage[] }
  | { ok: false; failure: FeedFailure; againInSeconds: number };

/** Writes down what came of asking, and the notices as they are to be read now: both or neither. */
export async function recordFeed(
  repository: string,
  result: FeedResult,
  notices: readonly Notice[],
  pool: Pool = connectionPool(),
): Promise<void> {
  await inTransaction(pool, async (client) => {
    if (result.ok) await client.query(SUCCEED, [repository, JSON.stringify(result.pages)]);
    else
      await client.query(FAIL, [
        repository,
        result.failure.code,
        result.failure.message,
        result.againInSeconds,
      ]);
    await client.query(FORGET);
    const column = (read: (notice: Notice) => unknown) => notices.map(read);
    await client.query(INSERT, [
      column(({ number }) => number),
      column(({ tenants: _tenants, moved: _moved, ...document }) => JSON.stringify(document)),
      column(({ tenants }) => tenants === "every"),
      column(({ tenants }) => JSON.stringify(tenants === "every" ? [] : tenants)),
      column(({ moved }) => JSON.stringify(moved)),
    ]);
  });
}

/** Every tenant that there is or was, for finding their names in what the operator writes. For the worker alone. */
export async function readNameables(pool: Pool = connectionPool()): Promise<Nameable[]> {
  return (await pool.query<Nameable>(TENANTS)).rows;
}

export type Feed = {
  repository: string;
  readAtMs: number | null;
  failure: FeedFailure | null;
  intervalSeconds: number;
};

/** What the operator has open as an incident, for everybody. For the worker alone. null: no worker ever read a repository. */
export async function readIncidentFeed(): Promise<IncidentFeed | null> {
  type Row = { document: unknown; every_tenant: boolean; tenants: string[] };
  const [feed, { rows }] = await Promise.all([readFeed(), connectionPool().query<Row>(OPEN_INCIDENTS)]);
  if (!feed) return null;
  const incidents = rows.flatMap(({ document, every_tenant, tenants }): IncidentFeed["incidents"] => {
    const parsed = documentSchema.safeParse(document).data;
    if (parsed?.kind !== "incident" || parsed.closedAtMs !== null) return [];
    const { number, components, updatedAtMs } = parsed;
    const whom = every_tenant ? ("every" as const) : tenants;
    return [{ number, kind: "incident", components, closedAtMs: null, updatedAtMs, tenants: whom }];
  });
  return { ...feed, incidents };
}

/** How the repository was last read; null: no worker ever tried. */
export async function readFeed(): Promise<Feed | null> {
  type Row = {
    repository: string;
    read_at: Date | null;
    failure_code: string | null;
    failure_message: string | null;
    interval_seconds: number;
  };
  const [row] = (await connectionPool().query<Row>(FEED)).rows;
  if (!row) return null;
  return {
    repository: row.repository,
    readAtMs: row.read_at?.getTime() ?? null,
    failure:
      row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? "" },
    intervalSeconds: row.interval_seconds,
  };
}

const documentSchema = noticeSchema.omit({ tenants: true, moved: true });

/** The notices that concern the scope's tenant, the newest first. Of other tenants' states nothing is read. */
export async function readNoticesOf({ tenantId }: TenantScope): Promise<Notice[]> {
  type Row = { document: unknown; moved: unknown };
  const { rows } = await connectionPool().query<Row>(NOTICES_OF, [tenantId]);
  return rows.flatMap(({ document, moved }) => {
    // What another version of the portal wrote is written anew at the worker's next turn.
    const parsed = documentSchema.safeParse(document);
    const own = z.boolean().safeParse(moved);
    if (!parsed.success) return [];
    return { ...parsed.data, tenants: [tenantId], moved: own.success ? { [tenantId]: own.data } : {} };
  });
}
