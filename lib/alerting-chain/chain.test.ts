import { describe, expect, test } from "vitest";
import type { CycleFault } from "@/lib/alerts/cycle";
import { type ChainRecords, chainOf, isJudgedLately, type LineRecord } from "./chain";

const NOW = 1_800_000_000_000;
const ago = (seconds: number) => NOW - seconds * 1000;
const line = (name: string, change: Partial<LineRecord> = {}): LineRecord => ({
  name,
  goodAtMs: ago(20),
  newest: { atMs: ago(20), outcome: "good", reason: null, intervalSeconds: 30 },
  ...change,
});
const failing = (
  outcome: "failed" | "guarded",
  goodSeconds: number | null = 50,
  reason: CycleFault = outcome === "failed" ? "unreachable" : "gone",
) => ({
  goodAtMs: goodSeconds === null ? null : ago(goodSeconds),
  newest: { atMs: ago(20), outcome, reason, intervalSeconds: 30 },
});
const accepted = {
  state: "accepted",
  atMs: ago(3_600),
  class: "accepted",
  words: "250 ok",
  bounce: null,
  gotIt: false,
} as const;

const newest = { outcome: "good", reason: null, intervalSeconds: 30 } as const;

const WORKING: ChainRecords = {
  nowMs: NOW,
  worker: { startedAtMs: ago(86_400), seenAtMs: ago(20) },
  lines: [line("availability"), line("error rate")],
  open: null,
  holding: false,
  relay: { atMs: ago(200), ok: true, failingSinceMs: null },
  address: { recipient: "owner@photos.example", bad: null, settled: accepted },
};
const chain = (change: Partial<ChainRecords>) => {
  const result = chainOf({ ...WORKING, ...change });
  if (!result) throw new Error("There should be a chain.");
  return result;
};
const broken = (change: Partial<ChainRecords>) =>
  chain(change).links.flatMap(({ id, ok }) => (ok ? [] : [id]));
const link = (change: Partial<ChainRecords>, id: string) =>
  chain(change).links.find((each) => each.id === id);
const to = (change: Partial<ChainRecords["address"]>) => ({ address: { ...WORKING.address, ...change } });

describe("a chain whose every link works", () => {
  test("is trustworthy, and each link shows when it was last seen to work", () => {
    expect(chainOf(WORKING)).toMatchObject({ trustworthy: true, degradedSinceMs: null });
    expect(chain({}).links.map(({ id, atMs }) => [id, atMs])).toEqual([
      ["metrics", ago(20)],
      ["evaluator", ago(20)],
      ["queue", NOW],
      ["relay", ago(200)],
      ["address", ago(3_600)],
    ]);
  });
});

describe("judgements that lie ahead of the database's clock", () => {
  const ahead = [line("availability", { goodAtMs: ago(-3_600), newest: { ...newest, atMs: ago(-3_600) } })];

  test("are no reassurance: nothing is judged until the clocks agree", () => {
    expect(broken({ lines: ahead })).toEqual(["metrics", "evaluator"]);
    expect(link({ lines: ahead }, "evaluator")?.reason).toContain("clocks contradict each other");
    expect(isJudgedLately(ahead[0] as LineRecord, NOW)).toBe(false);
  });

  test("by less than three intervals are as good as those of now", () => {
    const soon = line("availability", { goodAtMs: ago(-60), newest: { ...newest, atMs: ago(-60) } });
    expect(broken({ lines: [soon] })).toEqual([]);
    expect(isJudgedLately(soon, NOW)).toBe(true);
  });
});

describe("an installation without a worker", () => {
  test("has no chain, for it sends no alerts", () => {
    const none = { goodAtMs: null, newest: null };
    expect(chainOf({ ...WORKING, worker: null, lines: [line("latency", none)] })).toBeNull();
  });

  test("still has none while its first worker is about to judge for the first time", () => {
    const starting = { lines: [line("latency", { goodAtMs: null, newest: null })] };
    expect(
      chainOf({ ...WORKING, ...starting, worker: { startedAtMs: ago(5), seenAtMs: ago(5) } }),
    ).toBeNull();
    expect(broken({ ...starting, worker: { startedAtMs: ago(100), seenAtMs: ago(5) } })).toContain(
      "evaluator",
    );
  });
});

const addressBroken: [string, Partial<ChainRecords["address"]>, number][] = [
  ["called bad", { bad: { sinceMs: ago(900), reason: "550 no such user" } }, ago(900)],
  ["whose last mail was refused", { settled: { ...accepted, state: "failed", atMs: ago(60) } }, ago(60)],
  [
    "whose last mail came back",
    { settled: { ...accepted, bounce: { action: "failed", note: null, atMs: ago(30), detail: "5.1.1" } } },
    ago(30),
  ],
  ...(["part", "came-back", "unreadable"] as const).map(
    (note): [string, Partial<ChainRecords["address"]>, number] => [
      `of whose last mail something came back: ${note}`,
      { settled: { ...accepted, bounce: { action: "delayed", note, atMs: ago(30), detail: "5.1.1" } } },
      ago(30),
    ],
  ),
  [
    "whose last mail is held up",
    { settled: { ...accepted, bounce: { action: "delayed", note: null, atMs: ago(30), detail: "4.4.1" } } },
    ago(30),
  ],
];

describe("the evaluator", () => {
  const judgedAt = (seconds: number) => [
    line("latency", {
      goodAtMs: ago(seconds),
      newest: { atMs: ago(seconds), outcome: "good", reason: null, intervalSeconds: 30 },
    }),
  ];

  test("is dead after three intervals without a life sign, and nobody asks the metrics then", () => {
    expect(broken({ worker: { startedAtMs: ago(900), seenAtMs: ago(85) }, lines: judgedAt(85) })).toEqual([]);
    const dead = { worker: { startedAtMs: ago(900), seenAtMs: ago(95) }, lines: judgedAt(100) };
    expect(broken(dead)).toEqual(["metrics", "evaluator"]);
    expect(chain(dead).degradedSinceMs).toBe(ago(100));
    expect(link(dead, "evaluator")).toMatchObject({
      atMs: ago(95),
      reason: expect.stringMatching(/stopped/),
    });
  });

  test("that lives but writes nothing down is broken, too", () => {
    const stuck = { lines: judgedAt(300) };
    expect(link(stuck, "evaluator")).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/can't write/),
    });
    expect(chain(stuck).degradedSinceMs).toBe(ago(300));
  });

  test("goes by the interval that it was set to", () => {
    const slow = { atMs: ago(600), outcome: "good", reason: null, intervalSeconds: 300 } as const;
    const lines = [line("latency", { goodAtMs: ago(600), newest: slow })];
    expect(broken({ lines, worker: { startedAtMs: ago(9_000), seenAtMs: ago(600) } })).toEqual([]);
  });
});

describe("the metrics", () => {
  test("are broken from the last good cycle on, naming what could not be asked", () => {
    const lines = [line("availability"), line("error rate", failing("failed"))];
    expect(link({ lines }, "metrics")).toMatchObject({
      ok: false,
      reason: "The last evaluation could not get the metrics for error rate.",
    });
    expect(chain({ lines }).degradedSinceMs).toBe(ago(50));
  });

  test("are broken where most capabilities vanished at once", () => {
    const lines = [line("availability", failing("guarded")), line("error rate", failing("guarded"))];
    expect(link({ lines }, "metrics")?.reason).toMatch(/vanished .* your signals could not be judged/);
  });

  test("are broken where the platform's clocks are apart, which is said in so many words", () => {
    const lines = [
      line("availability", failing("failed", 50, "clock")),
      line("error rate", failing("failed", 50, "clock")),
    ];
    expect(link({ lines }, "metrics")).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^The platform's clocks are more than a minute apart: .* your signals/),
    });
  });

  test("are broken where a line never had a good cycle, or is no longer asked while others are", () => {
    expect(broken({ lines: [line("a"), line("b", failing("failed", null))] })).toEqual(["metrics"]);
    const removed = {
      goodAtMs: ago(400),
      newest: { atMs: ago(400), outcome: "good" as const, reason: null, intervalSeconds: 30 },
    };
    expect(broken({ lines: [line("a"), line("b", removed)] })).toEqual(["metrics"]);
    expect(broken({ lines: [line("a"), line("b", { goodAtMs: null, newest: null })] })).toEqual(["metrics"]);
  });

  test("clear with the next good cycle", () => {
    expect(broken({ lines: [line("a")] })).toEqual([]);
  });
});

describe("the queue", () => {
  test.each([
    ["mailbox-full", /^Your mailbox is full\. The relay says: 552 said$/, ["queue"]],
    ["recipient-refused", /^Mail to your address is refused\. The relay says: 552 said$/, ["queue"]],
    ["unclear", /by your mail server or by the platform's relay\. The relay says: 552 said$/, ["queue"]],
    // What the relay says about the platform is the operator's to read.
    ["relay-refuses", /^A mail to you is queued: ((?!552).)*$/, ["queue", "relay"]],
    ["transport", /^A mail to you is queued: ((?!552).)*$/, ["queue"]],
    ["address-unsupported", /^Mail to your address can't be sent: it has letters outside ASCII/, ["queue"]],
    ["ambiguous", /^The connection broke while a mail to you was being sent/, ["queue"]],
  ] as const)("says whom a refusal of the class %s concerns", (word, words, links) => {
    const open = { createdAtMs: ago(121), class: word, words: "552 said" };
    expect(link({ open }, "queue")?.reason).toMatch(words);
    expect(broken({ open })).toEqual(links);
  });

  test("says that the relay gave no text where it gave none", () => {
    const open = { createdAtMs: ago(121), class: "transient", words: null } as const;
    expect(link({ open }, "queue")?.reason).toBe("A mail to you is deferred. The relay gave no text.");
  });

  test("works while a mail is young, and is broken by one that has waited for two minutes, since it was written", () => {
    expect(broken({ open: { createdAtMs: ago(119), class: null, words: null } })).toEqual([]);
    const old = { open: { createdAtMs: ago(121), class: "transient", words: "451 greylisted" } as const };
    expect(broken(old)).toEqual(["queue"]);
    expect(chain(old).degradedSinceMs).toBe(ago(121));
    expect(link(old, "queue")?.reason).toMatch(/451 greylisted/);
  });

  test("works while a platform incident holds a mail back, and says so; what waits otherwise is named first", () => {
    expect(broken({ holding: true })).toEqual([]);
    expect(link({ holding: true }, "queue")?.reason).toMatch(
      /A mail about your alert is delayed .* an hour at most/,
    );
    const old = { createdAtMs: ago(121), class: null, words: null };
    expect(broken({ holding: true, open: old })).toEqual(["queue"]);
  });
});

describe("the relay", () => {
  test("is broken since the first failure after the last success", () => {
    const relay = { atMs: ago(10), ok: false, failingSinceMs: ago(700) };
    expect(broken({ relay })).toEqual(["relay"]);
    expect(chain({ relay }).degradedSinceMs).toBe(ago(700));
  });

  test("that was never asked, or not for eleven minutes, isn't called working", () => {
    expect(broken({ relay: null })).toEqual(["relay"]);
    expect(broken({ relay: { atMs: ago(659), ok: true, failingSinceMs: null } })).toEqual([]);
    expect(broken({ relay: { atMs: ago(661), ok: true, failingSinceMs: null } })).toEqual(["relay"]);
  });
});

describe("the address", () => {
  test.each(addressBroken)("%s is broken since then", (_, address, sinceMs) => {
    expect(broken(to(address))).toEqual(["address"]);
    expect(chain(to(address)).degradedSinceMs).toBe(sinceMs);
  });

  test("that nothing was sent to yet works, and says so", () => {
    expect(link(to({ settled: null }), "address")).toMatchObject({ ok: true, atMs: null });
  });

  test.each([
    ["policy", "was refused: 535 5.7.8 bad credentials"],
    ["transport", "was given up after 72 hours, because of the platform's mail relay."],
    ["relay-refuses", "was given up after 72 hours, because of the platform's mail relay."],
    ["address-unsupported", "was given up after 72 hours, because of the platform's mail relay."],
    ["ambiguous", "was given up after 72 hours, because of the platform's mail relay."],
    [null, "was given up after 72 hours."],
  ] as const)("whose last mail failed (%s) is said to refuse mail only if it did", (word, words) => {
    const settled = {
      ...accepted,
      state: "failed",
      class: word,
      words: "535 5.7.8 bad credentials",
    } as const;
    expect(link(to({ settled }), "address")?.reason).toBe(`The last mail to owner@photos.example ${words}`);
  });

  test("is proven by the owner's word, whatever came back", () => {
    const settled = {
      ...accepted,
      bounce: { action: "delayed", note: null, atMs: ago(30), detail: "" } as const,
      gotIt: true,
    };
    expect(broken(to({ settled }))).toEqual([]);
  });

  test("that isn't there is broken", () => {
    expect(broken(to({ recipient: "" }))).toEqual(["address"]);
  });

  test("that no mail can be addressed to is broken, and named", () => {
    expect(broken(to({ recipient: "nobody" }))).toEqual(["address"]);
    expect(link(to({ recipient: "nobody" }), "address")?.reason).toContain("nobody");
  });
});

describe("several broken links", () => {
  test("count from the oldest of them", () => {
    const result = chain({
      relay: { atMs: ago(10), ok: false, failingSinceMs: ago(500) },
      open: { createdAtMs: ago(300), class: "transport", words: null },
    });
    expect(result).toMatchObject({ trustworthy: false, degradedSinceMs: ago(500) });
  });
});

describe("a line that was judged lately", () => {
  test("had a good cycle within three intervals, whatever came after", () => {
    expect(isJudgedLately(line("a", failing("failed", 90)), NOW)).toBe(true);
    expect(isJudgedLately(line("a", failing("failed", 91)), NOW)).toBe(false);
    expect(isJudgedLately(line("a", failing("failed", null)), NOW)).toBe(false);
  });
});
