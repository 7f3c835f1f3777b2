import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import { ALERT_MAIL_KINDS } from "@/lib/delivery/mail";
import { composeDocument } from "./compose";
import { EXAMPLES } from "./examples.fixture";
import { htmlOf } from "./html";
import { ago, availability, errorRate, latency, memory, restarts } from "./lines.fixture";
import { example } from "./mail.fixture";
import { SUBJECT_SEEN } from "./subject";
import { firstLine } from "./text";

type Condition = "failing" | "recovering" | "no-data" | "over" | "no-alert";
const LINES = [errorRate, latency, memory, restarts, { ...availability, value: 0.63 }];

/** A line in each condition that it can have. */
function lineIn(line: MailLine, condition: Condition): MailLine {
  const known = line.alert ?? errorRate.alert;
  if (condition === "no-alert" || !known) return { ...line, alert: null };
  const within = line.worse === "higher" ? 0 : 1;
  switch (condition) {
    case "failing":
      return { ...line, alert: known };
    case "recovering":
      return { ...line, value: within, alert: { ...known, recovering: true } };
    case "no-data":
      return { ...line, value: null, missingSinceMs: ago(4), alert: known };
    case "over":
      return { ...line, value: within, alert: { ...known, endedAtMs: ago(0) } };
  }
}

const lineArbitrary = (...conditions: Condition[]) =>
  fc
    .tuple(fc.constantFrom(...LINES), fc.constantFrom(...conditions))
    .map(([line, condition]) => lineIn(line, condition));
const anyFacts = (also: fc.Arbitrary<MailLine[]>): fc.Arbitrary<MailFacts> =>
  fc
    .record({
      kind: fc.constantFrom(...ALERT_MAIL_KINDS),
      lines: fc.array(lineArbitrary("failing", "recovering", "no-data", "over", "no-alert"), {
        maxLength: 5,
      }),
      alsoFiring: also,
      openedMinutesAgo: fc.constantFrom(0, 20, 300),
    })
    .map(({ openedMinutesAgo, ...facts }) => {
      const { thread, ...rest } = example("firing");
      return { ...rest, ...facts, thread: thread && { ...thread, openedAtMs: ago(openedMinutesAgo) } };
    });
const open = lineArbitrary("failing", "recovering", "no-data");

describe("while anything is open", () => {
  test("no mail is green, and none begins with “recovered”, in its subject, its text or its preheader", () => {
    const facts = anyFacts(fc.array(open, { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(facts, (content) => {
        const { subject, state, ...document } = composeDocument(content);
        expect(state.tone).not.toBe("ok");
        expect(state.word).not.toMatch(/^recovered/i);
        expect(subject).not.toMatch(/recovered\]/i);
        expect(firstLine({ ...document, subject, state }, state.word)).not.toMatch(/^recovered/i);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a recovery names what still fails first, and then what is back", () => {
    const { subject, state, topic, more } = composeDocument(example("partly-recovered"));
    expect([state.word, topic, ...more]).toEqual([
      "Still failing",
      "availability 63\u00a0%",
      "Error rate is back",
    ]);
    expect(subject).toBe("[Watchpost: still failing] [availability 63 %] Photo Library");
  });

  test("what is within its threshold again is called recovering, and never an alert", () => {
    const also = [lineIn(latency, "recovering"), lineIn(memory, "failing")];
    const { blocks } = composeDocument({ ...example("joined"), alsoFiring: also });
    const listed = (heading: string) => {
      const at = blocks.findIndex((block) => block.kind === "heading" && block.text === heading);
      const block = blocks[at + 1];
      return block?.kind === "list" ? block.items.map((item) => item.split(":")[0]) : [];
    };
    expect(listed("Also alerting")).toEqual(["Memory saturation"]);
    expect(listed("Recovering, not over yet")).toEqual(["Latency p95"]);
  });

  test.each<[string, Condition[], string]>([
    ["failing weighs more than all else", ["recovering", "no-data", "failing"], "Still failing"],
    ["nothing known of it is not well", ["recovering", "no-data"], "Still alerting"],
    ["all within their thresholds", ["recovering", "recovering"], "Recovering"],
  ])("a recovery beside others: %s", (_, conditions, word) => {
    const alsoFiring = conditions.map((condition, nth) => lineIn(LINES[nth + 1] ?? latency, condition));
    for (const kind of ["recovered", "fired-and-recovered"] as const) {
      const { state } = composeDocument({ ...example("recovered"), kind, alsoFiring });
      expect(state.word).toBe(word);
      expect(state.tone).not.toBe("ok");
    }
  });
});

describe("the subject", () => {
  test("has state, signal and value within its first 60 characters, and the same stem for the whole thread", () => {
    const facts = anyFacts(fc.array(open, { maxLength: 3 }));
    const name = fc.oneof(fc.constant("Error rate"), fc.string({ minLength: 1, maxLength: 80 }));
    fc.assert(
      fc.property(facts, name, (content, signalTitle) => {
        const lines = content.lines.map((line) => ({ ...line, signalTitle }));
        const { subject } = composeDocument({ ...content, lines });
        const [, brackets = ""] = /^((?:\[[^[\]]*\] )+)/.exec(subject) ?? [];
        expect(brackets.length).toBeGreaterThan(0);
        expect(brackets.trimEnd().length).toBeLessThanOrEqual(SUBJECT_SEEN);
        // RFC 5256 §2.1: leading bracketed parts are no part of the base subject.
        expect(subject.slice(brackets.length)).toBe("Photo Library");
      }),
      { numRuns: 500 },
    );
  });

  test("gives the name up before the value, and never the state", () => {
    const line = {
      ...memory,
      signalTitle: "Saturation of everything that has a limit at all anywhere",
      lineLabel: "",
    };
    const { subject } = composeDocument({ ...example("reminder"), lines: [line] });
    expect(subject).toMatch(/^\[Watchpost: still failing\] \[saturation of [a-z ]*… 93 %\] Photo Library$/);
  });

  test("has no bracket within a bracket, whatever the names", () => {
    const line = { ...errorRate, signalTitle: "[x] [y]", lineLabel: "" };
    const { subject } = composeDocument({ ...example("firing"), lines: [line] });
    expect(subject).toBe("[Watchpost: alert] [(x) (y) 8.4 %] Photo Library");
  });
});

test.each(Object.keys(EXAMPLES))(
  "%s: text and preheader begin with state, signal, value and capability, within 40 characters where they fit",
  (name) => {
    const document = composeDocument(example(name));
    const line = firstLine(document, document.state.word);
    expect(line.startsWith(`${document.state.word}: ${document.topic}, ${document.capability}.`)).toBe(true);
    expect(htmlOf(document, new Map())).toContain(`overflow:hidden">${line}</div>`);
    // The longest of them: "Still failing: memory saturation 93 %".
    expect(`${document.state.word}: ${document.topic}`.length).toBeLessThanOrEqual(46);
  },
);
