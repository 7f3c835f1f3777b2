import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { selectorsOf } from "@/deploy/observability/registered.fixture";
import { watchdogState } from "./dead-mans-switch";
import { mixedUp } from "./mix-up";
import { parseRehearsal, REHEARSALS, ruleAlertOf } from "./rehearsals";
import { shortenRules } from "./shortened";
import { rehearsalRules } from "./start";

const ROOT = join(import.meta.dirname, "../..");
const RUNBOOKS = join(ROOT, "docs/runbooks");
const runbooks = (await readdir(RUNBOOKS)).filter((name) => name !== "README.md");

test("the fault of each runbook can be staged", () => {
  expect(REHEARSALS.map((name) => `${name}.md`).sort()).toEqual(runbooks.sort());
});

test.each(runbooks)("%s says by which command it is rehearsed", async (file) => {
  const name = file.replace(".md", "");
  const text = await readFile(join(RUNBOOKS, file), "utf8");
  expect(text).toContain(`Alert: \`${ruleAlertOf(name)}\``);
  const said = text.split("## Rehearsal")[1]?.replace(/\s+/g, " ") ?? "";
  expect(said).toContain(`\`npm run demo -- rehearse ${name} on\``);
});

describe("a change", () => {
  test("names a runbook, and on or off", () => {
    expect(parseRehearsal({ runbook: "queue-old", on: "off" })).toEqual({ runbook: "queue-old", on: false });
  });

  test.each([
    [{ runbook: "nonsense", on: "on" }, /"nonsense" is no runbook\. The runbooks: watchdog, .*relay-refused/],
    [{ runbook: "queue-old", on: "perhaps" }, /and on or off/],
    [{ runbook: "toString", on: "on" }, /is no runbook/],
    ["queue-old", /and on or off/],
  ])("that is %o is refused with a sentence", (change, sentence) => {
    expect(() => parseRehearsal(change)).toThrow(sentence);
  });
});

type Rules = { groups: { rules: { alert: string; expr: string; for?: string }[] }[] };
const rulesIn = (text: string) => (parse(text) as Rules).groups.flatMap(({ rules }) => rules);

describe("shortened rules", () => {
  test("divide every time, and leave days, counts and shares", () => {
    const rule = {
      alert: "A",
      expr: "increase(a[10m]) > 2 and b > 10 * 60 and c < 14 * 86400 and d > 0.5 * e",
      for: "5m",
    };
    const [shortened] = rulesIn(shortenRules(JSON.stringify({ groups: [{ name: "g", rules: [rule] }] }), 10));
    expect(shortened).toEqual({
      alert: "A",
      expr: "increase(a[60s]) > 2 and b > 60 and c < 14 * 86400 and d > 0.5 * e",
      for: "30s",
    });
  });

  test("are the operator's own: the same alerts over the same metrics, each in a tenth of the time", async () => {
    const whole = rulesIn(await readFile(join(ROOT, "deploy/observability/alerts.yaml"), "utf8"));
    const short = rulesIn(await rehearsalRules(ROOT));
    expect(short.map(({ alert }) => alert)).toEqual(whole.map(({ alert }) => alert));
    for (const [n, { expr }] of short.entries()) {
      expect(selectorsOf(expr)).toEqual(selectorsOf(whole[n]?.expr ?? ""));
      expect(expr).not.toMatch(/\[\d+[mh]\]/);
    }
  });
});

describe("a dead-man's switch", () => {
  test("is at rest while it receives the watchdog, then finds it late, and then raises the alarm", () => {
    const after = (seconds: number) => watchdogState(1_000, 1_000 + seconds * 1_000);
    expect([0, 14, 15, 29, 30, 3_600].map(after)).toEqual([
      "received",
      "received",
      "late",
      "late",
      "alarm",
      "alarm",
    ]);
  });
});

describe("a front end that mixes questions up", () => {
  test("puts each tenant's question as another's, on every selector, and leaves what is no tenant's", () => {
    expect(mixedUp(`sum by (tenant) (rate(a{tenant="photos",code="5"}[5m])) / b{tenant="photos"}`)).toBe(
      `sum by (tenant) (rate(a{tenant="tickets",code="5"}[5m])) / b{tenant="tickets"}`,
    );
    expect(mixedUp(`up{tenant="tickets"}`)).toBe(`up{tenant="photos"}`);
    expect(mixedUp(`up{subtenant="tickets"}`)).toBe(`up{subtenant="tickets"}`);
  });
});
