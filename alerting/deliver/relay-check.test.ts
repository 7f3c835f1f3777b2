import { beforeEach, expect, test, vi } from "vitest";
import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import type { OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import { createRelayRefusals } from "@/lib/delivery/smtp/relay-refusals";
import type { Outbox } from "@/lib/delivery/store";
import type { Relay } from "./relay";
import { type RelayWatch, watchRelay } from "./relay-check";

const relay: Relay = {
  name: "relay.example:587",
  send: () => Promise.reject(new Error("Nothing is sent.")),
  verify: async () => null,
  certificateEndsAtMs: () => null,
  close: () => {},
};
const outbox = {
  recordRelay: vi.fn(async () => {}),
  retryTransportNow: vi.fn(async () => 0),
  withdrawBadAddresses: vi.fn(async (_: readonly string[]) => {}),
  isAcceptedWithin: vi.fn(async (_: number) => false),
};
let nowMs: number;
let watch: RelayWatch;
beforeEach(() => {
  for (const statement of Object.values(outbox)) statement.mockClear();
  const refusals = createRelayRefusals();
  nowMs = 1_000_000;
  // It needs no more of the outbox.
  watch = watchRelay(relay, outbox as unknown as Outbox, { nowMs: () => nowMs }, refusals, "settings");
});

const outcome = (word: OutcomeClass, failedAt: SmtpOutcome["failedAt"]): SmtpOutcome => ({
  class: word,
  byItself: word,
  words: word,
  replyCode: failedAt === "connect" ? null : 550,
  enhancedCode: null,
  failedAt,
});
const learn = (recipient: string, word: OutcomeClass, failedAt: SmtpOutcome["failedAt"] = "rcpt-to") =>
  watch.learn({ recipient, attempts: 1 }, outcome(word, failedAt));
/** The relay goes away, and comes back. */
const awayAndBack = async () => {
  const learned = [1, 2, 3].map(() => learn("owner@photos.example", "transport", "connect"));
  await Promise.all([...learned, learn("owner@photos.example", "accepted", null)]);
};
/** A statement that lasts until the test ends it. */
const lasting = () => {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, ended };
};

test("a relay that is back once more, while the first time is being written, makes due what waits since then, too", async () => {
  const { end, ended } = lasting();
  outbox.retryTransportNow.mockImplementationOnce(async () => {
    await ended;
    return 1;
  });
  const first = awayAndBack();
  await vi.waitFor(() => expect(outbox.retryTransportNow).toHaveBeenCalledTimes(1));
  const second = awayAndBack();
  end();
  await Promise.all([first, second]);
  expect(outbox.retryTransportNow).toHaveBeenCalledTimes(2);
});

test("a withdrawal that becomes due and fails, while another of the same address is written, is written later", async () => {
  const everybody = ["a@a.example", "b@b.example", "c@c.example"];
  const { end, ended } = lasting();
  outbox.withdrawBadAddresses.mockImplementationOnce(() => ended);
  const learned = everybody.map((recipient) => learn(recipient, "bad-address"));
  await vi.waitFor(() => expect(outbox.withdrawBadAddresses).toHaveBeenCalledTimes(1));
  // Only now the refusal is written down, so that it has to be taken back once more.
  outbox.withdrawBadAddresses.mockRejectedValueOnce(new Error("The database is away."));
  await expect(watch.doubt("a@a.example")).rejects.toThrow("away");
  end();
  await Promise.all(learned);
  await watch.settle();
  expect(outbox.withdrawBadAddresses.mock.lastCall).toEqual([["a@a.example"]]);
});

test("a mail to an address that the relay doesn't take leaves the probe to the others", async () => {
  for (let tries = 0; tries < 3; tries += 1) await learn("owner@photos.example", "transport", "mail-from");
  nowMs += 30_000;
  watch.probing();
  const unsupported = { ...outcome("address-unsupported", "data"), replyCode: null };
  await watch.learn({ recipient: "jürgen@maps.example", attempts: 1 }, unsupported);
  expect([watch.breaker(), watch.permitted()]).toEqual(["open", "probe"]);
  expect(watch.trouble()).toBe("transport"); // what the relay said, and not what is said of this mail
});

test.each([
  ["connect", "all", 0],
  ["mail-from", "probe", 30_000],
] as const)(
  "a database that is away while a failing relay (%s) is checked doesn't keep mail back",
  async (at, then, afterMs) => {
    for (let tries = 0; tries < 3; tries += 1) await learn("owner@photos.example", "transport", at);
    nowMs += 30_000;
    expect(watch.permitted()).toBe("probe");
    watch.probing();
    outbox.isAcceptedWithin.mockRejectedValueOnce(new Error("The database is away."));
    await watch.check(1_000, new AbortController().signal);
    nowMs += afterMs;
    expect(watch.permitted()).toBe(then);
  },
);
