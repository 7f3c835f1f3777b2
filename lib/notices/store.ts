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

/** The outcome of asking: pages that are all true now, or why not, and when to try again. */
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

/** One worker's turn to ask the repository: what is known of it, and when another may take the next one. */
export type FeedTurn = { repository: string; known: IssuePage[]; nextTryAt: Date };

/** Notices and how they were last read, in a database. */
export function createNoticeStore(db: Connection = database) {
  /**
   * Takes the turn to ask the repository, if it is time and no other worker has it.
   * @returns the turn, with what is known of it, for conditional questions; null: not now
   */
  async function claimFeed(repository: string, intervalSeconds: number): Promise<FeedTurn | null> {
    await db.run(sql.BEGIN, repository, intervalSeconds);
    const [row] = await db.rows(sql.CLAIM, repository, intervalSeconds, LEASE_SECONDS);
    return row ? { repository, known: parsePages(row.pages), nextTryAt: row.next_try_at } : null;
  }

  /**
   * Records the outcome of asking, and the notices as they are to be read now: both or neither.
   * @returns false where nothing was written: another worker has had its turn meanwhile
   */
  async function recordFeed(
    { repository, nextTryAt }: Omit<FeedTurn, "known">,
    result: FeedResult,
    notices: readonly Notice[],
  ): Promise<boolean> {
    return db.transaction(async (tx) => {
      const isInTurn = result.ok
        ? await tx.run(sql.SUCCEED, repository, JSON.stringify(result.pages), nextTryAt)
        : await tx.run(
            sql.FAIL,
            repository,
            result.failure.code,
            result.failure.message,
            result.againInSeconds,
            nextTryAt,
          );
      if (isInTurn === 0) return false;
      await tx.run(sql.REMOVE_NOTICES);
      const column = <T>(read: (notice: Notice) => T) => notices.map(read);
      await tx.run(
        sql.INSERT,
        column(({ number }) => number),
        column(({ tenants: _tenants, moved: _moved, ...document }) => JSON.stringify(document)),
        column(({ tenants }) => tenants === "every"),
        column(({ tenants }) => JSON.stringify(tenants === "every" ? [] : tenants)),
        column(({ moved }) => JSON.stringify(moved)),
      );
      return true;
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

  /** The notices that concern the scope's tenant, the newest first. Nothing is read of other tenants' states. */
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

/** This process's instance. */
export const noticeStore = createNoticeStore();
