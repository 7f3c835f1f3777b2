import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { selectorsOf } from "@/deploy/observability/registered.fixture";
import { alertOf, NOT_REHEARSED, parseRehearsal, REHEARSALS } from "./rehearsals";
import { shortenRules } from "./shortened";
import { rehearsalRules } from "./start";

const ROOT = join(import.meta.dirname, "../..");
const RUNBOOKS = join(ROOT, "docs/runbooks");
const runbooks = (await readdir(RUNBOOKS)).filter((name) => name !== "README.md");

test("each runbook can be staged, or it is said why not", () => {
  const names = [...REHEARSALS, ...Object.keys(NOT_REHEARSED)].map((name) => `${name}.md`);
  expect(names.sort()).toEqual(runbooks.sort());
});

test.each(runbooks)("%s says how it is rehearsed", async (file) => {
  const name = file.replace(".md", "");
  const text = await readFile(join(RUNBOOKS, file), "utf8");
  expect(text).toContain(`Alert: \`${alertOf(name)}\``);
  const said = text.split("## Rehearsal")[1]?.replace(/\s+/g, " ") ?? "";
  if (name in NOT_REHEARSED) expect(said).toContain(NOT_REHEARSED[name]);
  else expect(said).toContain(`\`npm run rehearse -- ${name} on\``);
});

describe("a change", () => {
  test("names a runbook, and on or off", () => {
    expect(parseRehearsal({ runbook: "queue-old", on: "off" })).toEqual({ runbook: "queue-old", on: false });
  });

  test.each([
    [{ runbook: "watchdog", on: "on" }, /"watchdog" can't be staged here\. The demo has no Alertmanager/],
    [{ runbook: "nonsense", on: "on" }, /"nonsense" is no runbook\. .*relay-refused/],
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
