import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import type { AnswerMode } from "@/demo/repository/api";
import type { DemoIssue } from "@/demo/repository/issues";
import { type Asked, type DemoRepository, startRepository } from "@/demo/repository/start";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { DEFAULT_IDENTITY } from "@/lib/catalogue/identity";
import { tenantSchema } from "@/lib/catalogue/tenant";
import type { Definitions } from "@/lib/definitions/read-definitions";
import { definitionsStore } from "@/lib/definitions/store";
import { closeDatabase } from "@/lib/infra/db";
import { noticeStore } from "@/lib/notices/store";
import type { NoticesView } from "@/lib/notices/view";
import { readNotices } from "@/lib/views/notices/read-notices";
import { startTestOutbox, type TestOutbox } from "@/testing/outbox";
import { startNotices } from "./notices";

// The worker's reading of the operator's issues, from a real HTTP server that plays GitHub's API into a real PostgreSQL.
let db: TestOutbox;
let repository: DemoRepository;
let running: { stop(): Promise<void> }[] = [];

const DAY_MS = 86_400_000;
const issue = (number: number, change: Partial<DemoIssue> = {}): DemoIssue => ({
  number,
  title: `Issue ${number}`,
  body: "### What\n\nAll of it.",
  labels: ["platform incident"],
  createdAtMs: Date.now() - DAY_MS + number * 1000,
  updatedAtMs: Date.now() - DAY_MS + number * 1000,
  closedAtMs: null,
  ...change,
});

beforeEach(async () => {
  db = await startTestOutbox();
  process.env.DATABASE_URL = db.url;
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
  await closeDatabase();
  await repository.stop();
  await db.drop();
});

const bundle = bundleSchema.parse(
  parse(await readFile(new URL("../../lib/definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);

async function define(infraRepositoryUrl: string, more: Record<string, string> = {}): Promise<void> {
  const names = { photos: "Photo Library", tickets: "Ticket Desk", ...more };
  const definitions: Definitions = {
    bundle,
    platform: { name: "Acme", infraRepositoryUrl },
    components: { windowSeconds: 120, components: [] },
    identity: DEFAULT_IDENTITY,
    tenants: Object.entries(names).map(([id, name]) =>
      tenantSchema.parse({
        id,
        name,
        contactAddress: "a@b.example",
        timeZone: "Europe/Berlin",
        state: "live",
      }),
    ),
  };
  const result = await definitionsStore.applyDefinitions(definitions);
  if (!result.ok) throw new Error(result.refusals.join("\n"));
}

async function given(...issues: DemoIssue[]): Promise<void> {
  repository = await startRepository({ port: 0, issues });
  await define(repository.repositoryUrl);
}

async function control(path: string, body: object): Promise<void> {
  const response = await fetch(new URL(`/control/${path}`, repository.apiUrl), {
    method: "POST",
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}
const answers = (mode: AnswerMode) => control("answers", { mode });

async function asked(): Promise<Asked[]> {
  const response = await fetch(new URL("/control/asked", repository.apiUrl));
  return ((await response.json()) as { asked: Asked[] }).asked;
}

const view = (tenantId = "photos"): Promise<NoticesView> => readNotices(db.scope(tenantId), Date.now());

/** One turn of the worker, from its start to what came of it. */
async function turn(
  options: { token?: string } = { token: "ghp_secret" },
): Promise<{ outcome: string; unaddressed: number }> {
  await db.pool.query("UPDATE notice_feed SET next_try_at = now() - interval '1 s'");
  begunAt = await databaseNow();
  let worker: { stop(): Promise<void> } | undefined;
  const result = await new Promise<{ outcome: string; unaddressed: number }>((resolve) => {
    worker = startNotices({
      ...options,
      apiUrl: repository.apiUrl,
      intervalSeconds: 300,
      pollMs: 20,
      onAsked: resolve,
    });
  });
  await worker?.stop();
  return result;
}

/** By the database's clock, at the newest turn's beginning. */
let begunAt: Date;
const databaseNow = async () => (await db.pool.query<{ at: Date }>("SELECT now() AS at")).rows[0]?.at as Date;
/** The seconds until the next try, since the newest turn began and from now on: however long the test took, its pause lies between. */
async function waits(): Promise<{ sinceBegun: number; fromNow: number }> {
  const { rows } = await db.pool.query<{ sinceBegun: number; fromNow: number }>(
    `SELECT extract(epoch FROM next_try_at - $1)::float8 AS "sinceBegun",
       extract(epoch FROM next_try_at - now())::float8 AS "fromNow" FROM notice_feed`,
    [begunAt],
  );
  if (!rows[0]) throw new Error("There is no feed.");
  return rows[0];
}
const numbers = (seen: NoticesView) =>
  seen.source === "known" ? seen.open.map(({ number }) => number).sort((a, b) => a - b) : seen.source;

describe("the list", () => {
  test("is read over all pages, with the token, and each tenant sees what concerns it", async () => {
    const many = Array.from({ length: 120 }, (_, index) => issue(index + 1));
    const own = issue(121, { labels: ["eviction", "tenant:tickets"] });
    await given(...many, own, issue(122, { labels: ["bug"] }));
    expect(await turn()).toMatchObject({ outcome: "good", unaddressed: 0 });
    expect(numbers(await view())).toEqual(many.map(({ number }) => number));
    expect(numbers(await view("tickets"))).toEqual([...many.map(({ number }) => number), 121]);
    const questions = await asked();
    expect(new Set(questions.map(({ authorization }) => authorization))).toEqual(
      new Set(["Bearer ghp_secret"]),
    );
    expect(questions.filter(({ query }) => query.includes("page=3"))).toHaveLength(1);
  });

  test("is stored also where an issue holds what PostgreSQL can't, or is cut within a character", async () => {
    const broken = {
      title: "a\0b\uDC00",
      body: "### What\n\n\0 and \uD800, alone",
      labels: ["platform incident", "\0"],
    };
    await given(issue(1, broken), issue(2, { body: `### What\n\nx${"\u{1F600}".repeat(40_000)}` }), issue(3));
    expect(await turn()).toMatchObject({ outcome: "good" });
    const seen = await view();
    expect(numbers(seen)).toEqual([1, 2, 3]);
    const [first] = seen.source === "known" ? seen.open.filter(({ number }) => number === 1) : [];
    expect(first).toMatchObject({ title: "a\uFFFDb\uFFFD", fields: { what: "\uFFFD and \uFFFD, alone" } });
  });

  test("is asked for conditionally: what hasn't changed comes as 304 and stays, what has comes anew", async () => {
    await given(...Array.from({ length: 60 }, (_, index) => issue(index + 1)));
    await turn();
    const first = (await asked()).length;
    await turn();
    const second = (await asked()).slice(first);
    expect(second).toHaveLength(first);
    expect(new Set(second.map(({ status }) => status))).toEqual(new Set([304]));
    expect(numbers(await view())).toHaveLength(60);
    await control("issues/60", { state: "closed" });
    await control("issues", { title: "New", body: "", labels: ["platform incident"] });
    await turn();
    const third = (await asked()).slice(2 * first);
    expect(third.filter(({ status }) => status === 200).length).toBe(2);
    const seen = await view();
    expect(numbers(seen)).toContain(61);
    expect(numbers(seen)).not.toContain(60);
    expect(seen).toMatchObject({ closed: [{ number: 60 }] });
  });

  test("is asked by one of several workers, and no more often than it should be", async () => {
    await given(issue(1));
    const results: string[] = [];
    begunAt = await databaseNow();
    running = Array.from({ length: 3 }, () =>
      startNotices({
        apiUrl: repository.apiUrl,
        intervalSeconds: 300,
        pollMs: 20,
        onAsked: ({ outcome }) => results.push(outcome),
      }),
    );
    await vi.waitFor(() => expect(results).toEqual(["good"]), { timeout: 60_000 });
    const count = (await asked()).length;
    await Promise.all(running.map((each) => each.stop()));
    expect((await asked()).length).toBe(count);
    expect((await waits()).sinceBegun).toBeGreaterThan(299);
    expect((await asked())[0]?.authorization).toBeUndefined();
  });

  test("of a worker that stood still until another's turn doesn't take the place of the newer one", async () => {
    await given(issue(1));
    await turn();
    await db.pool.query("UPDATE notice_feed SET next_try_at = now() - interval '1 s'");
    const old = await noticeStore.claimFeed(repository.repositoryUrl, 300);
    await turn();
    expect(old && (await noticeStore.recordFeed(old, { ok: true, pages: [] }, []))).toBe(false);
    expect(numbers(await view())).toEqual([1]);
  });

  test("is asked for at once where nobody ever asked: a time that was rounded up is no reason to wait", async () => {
    for (let round = 0; round < 200; round++) {
      await db.pool.query("DELETE FROM notice_feed");
      expect(await noticeStore.claimFeed(repository.repositoryUrl, 300)).not.toBeNull();
    }
  });

  test("is asked for also where the clock was put back by a week since the last turn", async () => {
    await given(issue(1));
    await turn();
    await db.pool.query("UPDATE notice_feed SET next_try_at = now() + interval '7 days'");
    expect(await noticeStore.claimFeed(repository.repositoryUrl, 300)).not.toBeNull();
  });

  test("isn't asked for at all without a token and an address, and there are links only", async () => {
    await given(issue(1));
    running = [startNotices({ intervalSeconds: 5, pollMs: 1 })];
    await running[0]?.stop();
    expect(await asked()).toEqual([]);
    expect(await view()).toEqual({
      source: "unread",
      repositoryUrl: repository.repositoryUrl,
      failure: null,
    });
  });

  test("of another repository begins anew, and nothing of the former one is shown", async () => {
    await given(issue(1));
    await turn();
    await define("https://github.com/acme/other");
    expect(await view()).toMatchObject({ source: "unread", failure: null });
  });

  test("counts issues that were meant for somebody and reach nobody", async () => {
    await given(issue(1, { labels: ["eviction"] }), issue(2, { labels: ["eviction", "tenant:fotos"] }));
    expect(await turn()).toMatchObject({ outcome: "good", unaddressed: 2 });
    expect(numbers(await view())).toEqual([]);
  });
});

describe("an answer that can't be used", () => {
  test.each([
    ["rate-limited", "rate-limited", "GitHub asks the portal to wait", 1_198, 1_201],
    ["secondary-limit", "rate-limited", "GitHub asks the portal to wait", 299, 301],
    ["unauthorised", "unauthorised", "did not accept the portal's token", 299, 301],
    ["forbidden", "forbidden", "may not read the issues", 299, 301],
    ["not-found", "not-found", "can't be found", 299, 301],
    ["error", "status", "answered with an error", 299, 301],
    ["html", "malformed", "could not be read", 299, 301],
    ["huge", "too-large", "too long", 299, 301],
    ["broken", "unreachable", "can't be reached", 299, 301],
  ] as const)(
    "(%s) leaves the last known list with its age and the reason %s, and is tried again in time",
    async (mode, code, words, least, most) => {
      await given(issue(1));
      await turn();
      const before = await view();
      await answers(mode);
      expect(await turn()).toMatchObject({ outcome: code });
      const after = await view();
      expect(after).toEqual({ ...before, stale: expect.stringContaining(words) });
      expect(JSON.stringify(after)).not.toContain("secret");
      const { sinceBegun, fromNow } = await waits();
      expect(sinceBegun).toBeGreaterThan(least);
      expect(fromNow).toBeLessThan(most);
      await answers("good");
      await turn();
      expect(await view()).toMatchObject({ source: "known", stale: null });
    },
  );

  test("from the very start shows links, and why there is no list", async () => {
    await given(issue(1));
    await answers("unauthorised");
    await turn();
    expect(await view()).toMatchObject({ source: "unread", failure: { code: "unauthorised" } });
  });

  test("on the second page keeps the whole list as it was, never half of a new one", async () => {
    await given(...Array.from({ length: 60 }, (_, index) => issue(index + 1)));
    await turn();
    await control("issues/1", { state: "closed" });
    await repository.stop();
    expect(await turn()).toMatchObject({ outcome: "unreachable" });
    expect(numbers(await view())).toHaveLength(60);
    repository = await startRepository({ port: 0, issues: [] });
  });
});

describe("what others may never see", () => {
  test("a tenant that came after the list was read is found in it at the next turn, though GitHub is away", async () => {
    await given(issue(1, { title: "Newcomer floods the ingress" }));
    await turn();
    expect(await view()).toMatchObject({ open: [{ title: "Newcomer floods the ingress" }] });
    await define(repository.repositoryUrl, { newcomer: "Newcomer" });
    await answers("error");
    await turn();
    expect(await view()).toMatchObject({ open: [{ title: "Platform incident" }] });
  });

  test("the ticks of an umbrella show each tenant its own state and nobody's else", async () => {
    const body = "### Tenants\n\n- [x] photos\n- [ ] tickets\n\n### What\n\nMove.";
    await given(issue(1, { labels: ["platform contract change"], body }));
    await turn();
    expect(await view("photos")).toMatchObject({
      open: [{ moved: true, counts: { moved: 1, notMoved: 1 } }],
    });
    expect(await view("tickets")).toMatchObject({ open: [{ moved: false }] });
    expect(JSON.stringify(await view("photos"))).not.toContain("tickets");
  });
});
