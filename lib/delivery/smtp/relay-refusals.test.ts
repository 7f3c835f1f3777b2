import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OUTCOME_CLASSES, type OutcomeClass } from "./outcome-class";
import { createRelayRefusals, type TriedOutcome } from "./relay-refusals";

const outcome = (word: OutcomeClass, words = "", attempts = 1): TriedOutcome => ({
  class: word,
  byItself: word,
  attempts,
  words,
});
const tried = (...tries: [recipient: string, word: OutcomeClass][]) => {
  const refusals = createRelayRefusals();
  for (const [recipient, word] of tries) refusals.learn(recipient, outcome(word, `said to ${word}`));
  return refusals;
};

describe("a relay refuses everybody", () => {
  test.each<[string, [string, OutcomeClass][], boolean]>([
    [
      "three recipients of three domains",
      [
        ["a@a.x", "unclear"],
        ["b@b.x", "unclear"],
        ["c@c.x", "unclear"],
      ],
      true,
    ],
    [
      "three recipients of one domain",
      [
        ["a@a.x", "unclear"],
        ["b@a.x", "unclear"],
        ["c@a.x", "unclear"],
      ],
      false,
    ],
    [
      "one recipient thrice",
      [
        ["a@a.x", "unclear"],
        ["a@a.x", "unclear"],
        ["a@a.x", "unclear"],
      ],
      false,
    ],
    [
      "two recipients, by words about us",
      [
        ["a@a.x", "relay-refuses"],
        ["b@b.x", "relay-refuses"],
      ],
      true,
    ],
    [
      "two recipients, unclear why",
      [
        ["a@a.x", "unclear"],
        ["b@b.x", "unclear"],
      ],
      false,
    ],
    [
      "three greylisted recipients",
      [
        ["a@a.x", "transient"],
        ["b@b.x", "transient"],
        ["c@c.x", "transient"],
      ],
      false,
    ],
    [
      "three full mailboxes",
      [
        ["a@a.x", "mailbox-full"],
        ["b@b.x", "mailbox-full"],
        ["c@c.x", "mailbox-full"],
      ],
      false,
    ],
    [
      "three with an acceptance between",
      [
        ["a@a.x", "unclear"],
        ["b@b.x", "unclear"],
        ["o@o.x", "accepted"],
        ["c@c.x", "unclear"],
      ],
      false,
    ],
  ])("after %s: %s", (_, tries, expected) => {
    expect(tried(...tries).refusesEverybody()).toBe(expected);
  });

  test("until it accepts a mail again; those that were refused beside it count no more", () => {
    const hostile: [string, OutcomeClass][] = [
      ["a@a.x", "unclear"],
      ["b@b.x", "unclear"],
      ["c@c.x", "unclear"],
    ];
    const refusals = tried(...hostile, ["o@o.x", "accepted"], ...hostile, ...hostile);
    expect(refusals.refusesEverybody()).toBe(false);
    expect(refusals.lately("a@a.x")).toBe("accepts-others");
  });

  test("not for what a former process knew to be the recipients' own trouble", () => {
    const refusals = createRelayRefusals();
    refusals.knowBefore(["a@a.x", "b@b.x", "c@c.x"]);
    for (const each of ["a@a.x", "b@b.x", "c@c.x"]) refusals.learn(each, outcome("unclear"));
    expect(refusals.refusesEverybody()).toBe(false);
  });

  const deferAll = (change: Partial<TriedOutcome>) => {
    const refusals = tried(["o@o.x", "accepted"], ["p@p.x", "accepted"]);
    for (const each of ["a@a.x", "b@b.x", "c@c.x"])
      refusals.learn(each, { ...outcome("transient", "451 4.3.0"), ...change });
    return refusals.refusesEverybody();
  };

  test("that began to defer everybody after it had accepted mails, where the reply doesn't say whom it means", () => {
    expect(deferAll({ byItself: "unclear" })).toBe(true);
    expect(deferAll({ byItself: "relay-refuses" })).toBe(true);
  });

  test("that goes on deferring everybody for longer than greylisting does", () => {
    expect(deferAll({ attempts: 3 })).toBe(false);
    expect(deferAll({ attempts: 4 })).toBe(true);
    expect(deferAll({ class: "mailbox-full", byItself: "mailbox-full", attempts: 9 })).toBe(false);
  });

  test("never while the last try was accepted, whatever came before", () => {
    const step = fc.tuple(
      fc.nat(9).map((n) => `o@${n}.example`),
      fc.constantFrom(...OUTCOME_CLASSES),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        expect(tried(...steps, ["z@z.x", "accepted"]).refusesEverybody()).toBe(false);
      }),
    );
  });
});

test("the operator reads the newest words that may be about us, until that recipient gets a mail", () => {
  const refusals = tried(["a@a.x", "relay-refuses"], ["b@b.x", "bad-address"]);
  expect(refusals.words()).toBe("said to relay-refuses");
  expect(refusals.aboutUs()).toBe("said to relay-refuses");
  refusals.learn("o@o.x", outcome("accepted"));
  expect(refusals.words()).toBe("said to relay-refuses");
  expect(refusals.aboutUs()).toBeNull();
  refusals.learn("a@a.x", outcome("accepted"));
  expect(refusals.words()).toBeNull();
});

test("a recipient that is refused after its own mail and another's were accepted is refused beside others", () => {
  const refusals = tried(["a@a.x", "accepted"], ["b@b.x", "accepted"], ["b@b.x", "accepted"]);
  expect(refusals.lately("a@a.x")).toBe("accepts-others");
  expect(refusals.lately("b@b.x")).toBe("accepts-others");
  expect(tried(["b@b.x", "accepted"]).lately("b@b.x")).toBe("nothing");
});
