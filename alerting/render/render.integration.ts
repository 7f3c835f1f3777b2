import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EXAMPLES } from "@/alerting/mail/examples.fixture";
import type { MailFacts, RenderedMail } from "@/lib/alerts/mail-facts";
import { factsText } from "@/lib/alerts/stored-facts";
import { LEASED_RANK } from "@/lib/delivery/drafts/leased-rank";
import { createDrafts, type Drafts, type NewDraft } from "@/lib/delivery/drafts/store";
import { defaultBundle } from "@/testing/evaluation";
import { MAIL_FROM, startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { startRendering } from "./render";
import { createRenderTurn, type RenderOptions } from "./turn";

let db: TestOutbox;
let drafts: Drafts;
let asked: number;
let rendered: MailFacts[];
beforeAll(async () => {
  db = await startTestOutbox(["photos"]);
  drafts = createDrafts(db.database);
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.pool.query("TRUNCATE mail CASCADE");
  await db.pool.query("UPDATE tenant SET contact_address = 'owner@photos.example'");
  [asked, rendered] = [0, []];
});

const FACTS = EXAMPLES.firing ?? Object.values(EXAMPLES).find(({ kind }) => kind === "firing");
const unanswered = async () => {
  asked += 1;
  return { ok: false as const, failure: { code: "unreachable" as const, message: "" }, last: null };
};
const renderMail = async (content: MailFacts): Promise<RenderedMail> => {
  rendered.push(content);
  return { subject: "in full", text: "in full", html: "<p>in full</p>", images: [] };
};
const options = (change: Partial<RenderOptions> = {}): RenderOptions => ({
  mailFrom: MAIL_FROM,
  label: "tenant",
  drafts,
  recordTrends: async () => {},
  prometheus: { instant: unanswered, range: unanswered },
  readBundle: async () => defaultBundle(),
  renderMail,
  ...change,
});
const turn = (change: Partial<RenderOptions> = {}, stop = new AbortController().signal) =>
  createRenderTurn(options(change), stop)();

async function write(many: number, facts?: string): Promise<string[]> {
  const { rawTextOnly: _, kind: __, ...mail } = await testMail("photos", { subject: "short text" });
  if (!FACTS) throw new Error("No example fires.");
  const text = facts ?? factsText({ mail: FACTS, askedAtMs: FACTS.atMs, writtenAtMs: FACTS.atMs });
  const ids = Array.from({ length: many }, () => randomUUID());
  await drafts.enqueue(
    (async function* all(): AsyncGenerator<NewDraft> {
      for (const id of ids)
        yield {
          ...mail,
          id,
          kind: "firing",
          messageId: `<${id}@x.example>`,
          orderKey: id,
          facts: text,
          renderRank: 0,
        };
    })(),
  );
  return ids;
}
const rows = async () =>
  (
    await db.pool.query<{ raw: Buffer; waits: boolean; due: boolean; leased: boolean }>(
      `SELECT raw, facts IS NOT NULL AS waits, due_at <= now() + interval '1 ms' AS due, render_until IS NOT NULL AS leased
       FROM mail ORDER BY seq`,
    )
  ).rows;

/** Of those that wait to be rendered, and of those that did. */
const ranksOf = async (): Promise<Record<string, number>> => {
  const sql = "SELECT id, CASE WHEN facts IS NULL THEN 0 ELSE render_rank END AS rank FROM mail";
  const { rows: all } = await db.pool.query<{ id: string; rank: number }>(sql);
  return Object.fromEntries(all.map(({ id, rank }) => [id, rank]));
};

describe("rendering", () => {
  test("writes what every try sends, under the Message-ID that the mail has, and records no hour that it didn't see", async () => {
    const [id] = await write(1);
    expect(await turn()).toBe(1);
    expect(asked).toBeGreaterThan(0);
    const [row] = await rows();
    expect(row).toMatchObject({ waits: false, due: true, leased: false });
    expect(row?.raw.toString()).toContain(`Message-ID: <${id}@x.example>`);
    expect(row?.raw.toString()).toContain("in full");
    expect(await turn()).toBe(0);
  });

  test("asks for no hour before while many wait, and renders no more of them at a time than fit into memory", async () => {
    await write(601);
    expect(await turn()).toBe(32);
    expect(asked).toBe(0);
    expect(rendered).toHaveLength(32);
    expect((await rows()).filter(({ waits }) => waits)).toHaveLength(601 - 32);
  });

  test("asks for no hour before a mail that has waited for long", async () => {
    await write(1);
    await db.pool.query("UPDATE mail SET created_at = now() - interval '21 s'");
    expect(await turn()).toBe(1);
    expect(asked).toBe(0);
  });

  test.each([
    [
      "whose rendering doesn't end",
      undefined,
      { renderMail: () => new Promise<never>(() => {}), renderOneWithinMs: 50 },
    ],
    ["that can't be rendered", undefined, { renderMail: () => Promise.reject(new Error("no template")) }],
    ["whose facts can't be read", '{"version":1}', {}],
    ["that has none", "{}", {}],
  ])("lets a mail %s go out as its short text at once", async (_, facts, change) => {
    await write(1, facts);
    expect(await turn(change)).toBe(1);
    const [row] = await rows();
    expect(row).toMatchObject({ waits: false, due: true });
    expect(row?.raw.toString()).toContain("short text");
  });

  test("goes on without the bundle, which only pictures need", async () => {
    await write(1);
    expect(await turn({ readBundle: () => Promise.reject(new Error("another version's")) })).toBe(1);
    expect((await rows())[0]?.raw.toString()).toContain("in full");
  });

  test("writes nothing where the address changed meanwhile, and renders it anew for that one", async () => {
    await write(1);
    const slow = async (content: MailFacts) => {
      await db.pool.query("UPDATE tenant SET contact_address = 'new@photos.example'");
      await db.outbox.readdressMails(10);
      return renderMail(content);
    };
    expect(await turn({ renderMail: slow })).toBe(0);
    expect((await rows())[0]).toMatchObject({ waits: true, leased: false });
    expect(await turn()).toBe(1);
    expect((await rows())[0]?.raw.toString()).toContain("To: new@photos.example");
  });

  test("by two workers renders each mail once", async () => {
    await write(100);
    const work = async () => {
      while ((await turn({ picturesWithinMs: 0 })) > 0);
    };
    await Promise.all([work(), work()]);
    expect(rendered).toHaveLength(100);
  });

  test("that is stopped gives back what it hasn't begun", async () => {
    await write(8);
    const stopping = new AbortController();
    const stops = async (content: MailFacts) => {
      stopping.abort();
      return renderMail(content);
    };
    const done = await turn({ renderMail: stops }, stopping.signal);
    expect(done).toBeLessThan(8);
    expect((await rows()).filter(({ waits }) => waits)).toHaveLength(8 - done);
    expect((await rows()).some(({ leased }) => leased)).toBe(false);
  });

  test("of several mails writes each by itself, and one that can't be written goes behind all others", async () => {
    const [first, ...others] = await write(3);
    const choosy: Drafts = {
      ...drafts,
      finish: async (finished) => {
        if (finished.some(({ id }) => id === first)) throw new Error("invalid byte sequence");
        return drafts.finish(finished);
      },
    };
    expect(await turn({ drafts: choosy })).toBe(2);
    expect(await ranksOf()).toEqual({
      [first ?? ""]: LEASED_RANK,
      [others[0] ?? ""]: 0,
      [others[1] ?? ""]: 0,
    });
    expect((await rows()).map(({ waits, leased }) => ({ waits, leased }))).toEqual([
      { waits: true, leased: false },
      { waits: false, leased: false },
      { waits: false, leased: false },
    ]);
  });

  test("outlasts a database that is away for a moment: nothing is rendered twice, or goes behind all others", async () => {
    await write(8);
    let failures = 0;
    const flaky: Drafts = {
      ...drafts,
      finish: async (finished) => {
        failures += 1;
        if (failures <= 2) throw Object.assign(new Error("read"), { code: "ECONNRESET" });
        return drafts.finish(finished);
      },
    };
    expect(await turn({ drafts: flaky })).toBe(8);
    expect(rendered).toHaveLength(8);
    expect((await rows()).some(({ waits }) => waits)).toBe(false);
  });

  test("goes on without the hour before, where it can't be asked for", async () => {
    await write(1);
    const scopeOf = () => {
      throw new Error("no such tenant");
    };
    expect(await turn({ scopeOf })).toBe(1);
    expect((await rows())[0]?.raw.toString()).toContain("in full");
  });

  test("keeps no mail because the hour before it can't be recorded", async () => {
    await write(2);
    expect(await turn({ recordTrends: () => Promise.reject(new Error("away")) })).toBe(2);
    expect((await rows()).some(({ waits }) => waits)).toBe(false);
  });

  test("begins no mail that might not be written before its lease ends, and gives it back", async () => {
    await write(8);
    const clock = { atMs: 0, nowMs: () => clock.atMs };
    const slow = async (content: MailFacts) => {
      clock.atMs += 15_000;
      return renderMail(content);
    };
    const done = await turn({ renderMail: slow, clock });
    expect(done).toBe(rendered.length);
    expect(done).toBeLessThan(8);
    expect((await rows()).filter(({ waits, leased }) => waits && !leased)).toHaveLength(8 - done);
    expect(Object.values(await ranksOf())).not.toContain(LEASED_RANK);
  });

  test("goes on by itself, says when mails can leave, and waits for a database that is away", async () => {
    let away = true;
    let refused = 0;
    const flaky: Drafts = {
      ...drafts,
      lease: async (...given) => {
        if (!away) return drafts.lease(...given);
        refused += 1;
        throw new Error("away");
      },
    };
    let left = 0;
    const rendering = startRendering({
      ...options({ drafts: flaky }),
      pollMs: 5,
      onRendered: () => {
        left += 1;
      },
    });
    await write(1);
    await expect.poll(() => refused).toBeGreaterThan(0);
    away = false;
    await expect.poll(async () => (await rows())[0]?.waits).toBe(false);
    await expect.poll(() => left).toBe(1);
    await rendering.stop();
  });
});
