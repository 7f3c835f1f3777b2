import { describe, expect, test } from "vitest";
import { EXAMPLES } from "@/alerting/mail/examples.fixture";
import type { MailFacts } from "@/lib/alerts/mail-facts";
import { FACTS_VERSION, factsText, storedFactsOf } from "@/lib/alerts/stored-facts";

const times = { askedAtMs: 1_700_000_000_000, writtenAtMs: 1_700_000_001_234 };
const stored = (mail: MailFacts) => storedFactsOf(JSON.parse(factsText({ mail, ...times })));

describe("the facts of a mail that waits to be rendered", () => {
  test.each(Object.entries(EXAMPLES))("are read as they were written: %s", (_, mail) => {
    expect(stored(mail)).toEqual({ mail, ...times });
  });

  test("keep of a threshold what a mail says, whatever its owner's setting has besides", () => {
    const [mail] = Object.values(EXAMPLES).filter(({ lines }) => lines.length > 0);
    if (!mail) throw new Error("No example has a line.");
    const lines = mail.lines.map((line) => ({
      ...line,
      threshold: { ...line.threshold, enabled: true, version: 3 },
    }));
    expect(stored({ ...mail, lines })?.mail.lines).toEqual(mail.lines);
  });

  test("are as long as a mail and no longer, whatever its capability does in an hour", () => {
    const [mail] = Object.values(EXAMPLES).filter(({ lines }) => lines.length > 0);
    if (!mail) throw new Error("No example has a line.");
    const many = <T>(one: (nth: number) => T) => Array.from({ length: 10_000 }, (_, nth) => one(nth));
    const hostile: MailFacts = {
      ...mail,
      deployments: many((atMs) => ({ atMs, version: "v" })),
      restarts: many((atMs) => ({
        kind: "restart",
        atMs,
        pod: "p",
        container: "c",
        reason: "r",
        exitCode: 1,
      })),
      lines: mail.lines.map((line) => ({ ...line, missingParts: many((nth) => `part ${nth}`) })),
    };
    expect(factsText({ mail: hostile, ...times }).length).toBeLessThan(20_000);
    expect(stored(hostile)?.mail.deployments?.at(-1)).toEqual({ atMs: 9_999, version: "v" });
  });

  test.each([null, {}, { version: FACTS_VERSION }, { version: FACTS_VERSION + 1, mail: {} }, "text", 7])(
    "are none where another version wrote them, or nobody: %j",
    (facts) => {
      expect(storedFactsOf(facts)).toBeNull();
    },
  );
});

test("names that no database takes are stored with a sign in their place", () => {
  const [mail] = Object.values(EXAMPLES);
  if (!mail) throw new Error("There is no example.");
  const deployments = [{ atMs: 1, version: "a\0b\ud800c" }];
  expect(stored({ ...mail, deployments })?.mail.deployments).toEqual([{ atMs: 1, version: "a�b�c" }]);
  expect(factsText({ mail: { ...mail, deployments }, ...times })).not.toMatch(/\\u0000|\\ud800/);
});
