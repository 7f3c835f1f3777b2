import { z } from "zod";
import { database } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import type { TenantScope } from "@/lib/tenant/scope";
import type { FeedFailure } from "./feed-failure";
import { type Notice, noticeSchema } from "./notice";
import type { IncidentFeed } from "./open-incidents";
import { type IssuePage, parsePages } from "./pages";
import * as sql from "./statements";
import type { Nameable } from "./tenant-names";

/** A worker that dies while it asks keeps the others from asking for this long. */
const LEASE_SECONDS = 180;

/** What came of asking: pages that are all true now, or why not, and when to try again. */
export type FeedResult =
  | { ok: true; pages: readonly IssuePage[] }
  | { ok: false; failure: FeedFailure; againInSeconds: number };

export type Feed = {
  repository: string;
  readAtMs: number | null;
  failure: FeedFailure | null;
  intervalSeconds: number;
};

const documentSchema = noticeSchema.omit({ tenants: true, moved: true });

/** Notices and how they were last read, in a database. */
export function createNoticeStore(db: Connection = database) {
  /**
   * Takes the turn to ask the repository, if it is time and no other worker has it.
   * @returns what is known of it, for conditional questions; null: not now
   */
  async function claimFeed(repository: string, intervalSeconds: number): Promise<IssuePage[] | null> {
    await db.run(sql.BEGIN, repository, intervalSeconds);
    const [row] = await db.rows(sql.CLAIM, repository, intervalSeconds, LEASE_SECONDS);
    return row ? parsePages(row.pages) : null;
  }

  /** Writes down what came of asking, and the notices as they are to be read now: both or neither. */
  async function recordFeed(
    repository: string,
    result: FeedResult,
    notices: readonly Notice[],
  ): Promise<void> {
    await db.transaction(async (tx) => {
      if (result.ok) await tx.run(sql.SUCCEED, repository, JSON.stringify(result.pages));
      else
        await tx.run(
          sql.FAIL,
          repository,
          result.failure.code,
          result.failure.message,
          result.againInSeconds,
        );
      await tx.run(sql.FORGET);
      const column = <T>(read: (notice: Notice) => T) => notices.map(read);
      await tx.run(
        sql.INSERT,
        column(({ number }) => number),
        column(({ tenants: _tenants, moved: _moved, ...document }) => JSON.stringify(document)),
        column(({ tenants }) => tenants === "every"),
        column(({ tenants }) => JSON.stringify(tenants === "every" ? [] : tenants)),
        column(({ moved }) => JSON.stringify(moved)),
      );
    });
  }

  /** Every tenant that there is or was, for finding their names in what the operator writes. For the worker alone. */
  async function readNameables(): Promise<Nameable[]> {
    return db.rows(sql.TENANTS);
  }

  /** What the operator has open as an incident, for everybody. For the worker alone. null: no worker ever read a repository. */
  async function readIncidentFeed(): Promise<IncidentFeed | null> {
    const [feed, rows] = await Promise.all([readFeed(), db.rows(sql.OPEN_INCIDENTS)]);
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
  async function readFeed(): Promise<Feed | null> {
    const [row] = await db.rows(sql.FEED);
    if (!row) return null;
    return {
      repository: row.repository,
      readAtMs: row.read_at?.getTime() ?? null,
      failure:
        row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? "" },
      intervalSeconds: row.interval_seconds,
    };
  }

  /** The notices that concern the scope's tenant, the newest first. Of other tenants' states nothing is read. */
  async function readNoticesOf({ tenantId }: TenantScope): Promise<Notice[]> {
    const rows = await db.rows(sql.NOTICES_OF, tenantId);
    return rows.flatMap(({ document, moved }) => {
      // What another version of the portal wrote is written anew at the worker's next turn.
      const parsed = documentSchema.safeParse(document);
      const own = z.boolean().safeParse(moved);
      if (!parsed.success) return [];
      return { ...parsed.data, tenants: [tenantId], moved: own.success ? { [tenantId]: own.data } : {} };
    });
  }

  return { claimFeed, recordFeed, readNameables, readIncidentFeed, readFeed, readNoticesOf };
}

/** Of this process. */
export const noticeStore = createNoticeStore();
