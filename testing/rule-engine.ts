import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";

/** What one slot's scrape brought: a value, nothing this once, or that the series has ended (a stale marker). */
export type Scrape = number | "missed" | "ended";
export type AlertState = "inactive" | "pending" | "firing";

/** What is claimed of an alerting rule: its state at each slot of a series, which its expression calls `value`. */
export type RuleClaim = {
  rule: { expr: string; for: string; keep_firing_for?: string };
  series: readonly Scrape[];
  states: readonly AlertState[];
};

const written = (scrape: Scrape) =>
  scrape === "missed" ? "_" : scrape === "ended" ? "stale" : String(scrape);

/**
 * Lets Prometheus's own rule engine evaluate each rule over its series, and compares what becomes of the alert, slot by slot.
 * @returns null where all claims are true, else what promtool says against them
 */
export async function ruleEngineObjects(
  claims: readonly RuleClaim[],
  intervalSeconds: number,
): Promise<string | null> {
  const interval = `${intervalSeconds}s`;
  const slots = Math.max(...claims.map(({ series }) => series.length));
  const rules = claims.map(({ rule }, n) => ({
    alert: `rule${n}`,
    ...rule,
    expr: rule.expr.replace("value", `value${n}`),
  }));
  const alertsAt = (slot: number) =>
    claims.flatMap(({ states }, n) => {
      const state = states[slot] ?? "inactive";
      return state === "inactive"
        ? []
        : [{ labels: `ALERTS{alertname="rule${n}",alertstate="${state}"}`, value: 1 }];
    });
  return rulesObject({
    rules: [stringify({ groups: [{ name: "claims", interval, rules }] })],
    series: new Map(claims.map(({ series }, n) => [`value${n}`, series])),
    scrapeSeconds: intervalSeconds,
    slots,
    intervalSeconds,
    alertsAt,
  });
}

/** What is claimed of whole rules files: which alerts stand at each slot over the given series. */
export type RulesClaim = {
  /** The text of each rules file. */
  rules: readonly string[];
  /** By the series' selector; all begin at the first slot. */
  series: ReadonlyMap<string, readonly Scrape[]>;
  scrapeSeconds: number;
  slots: number;
  intervalSeconds: number;
  /** All that is pending or firing in a slot, as samples of ALERTS. */
  alertsAt(slot: number): { labels: string; value: number }[];
};

/** @returns null where the claim is true, else what promtool says against it */
export async function rulesObject({
  rules,
  series,
  scrapeSeconds,
  slots,
  intervalSeconds,
  alertsAt,
}: RulesClaim): Promise<string | null> {
  const directory = await mkdtemp(join(tmpdir(), "watchpost-rules-"));
  try {
    const ruleFiles = rules.map((_, n) => `rules${n}.yaml`);
    for (const [n, name] of ruleFiles.entries()) await writeFile(join(directory, name), rules[n] ?? "");
    const file = join(directory, "claims.yaml");
    const test = {
      interval: `${scrapeSeconds}s`,
      input_series: [...series].map(([selector, scrapes]) => ({
        series: selector,
        values: scrapes.map(written).join(" "),
      })),
      promql_expr_test: Array.from({ length: slots }, (_, slot) => ({
        expr: "ALERTS",
        eval_time: `${slot * intervalSeconds}s`,
        exp_samples: alertsAt(slot),
      })),
    };
    await writeFile(
      file,
      stringify({ rule_files: ruleFiles, evaluation_interval: `${intervalSeconds}s`, tests: [test] }),
    );
    return await promisify(execFile)("promtool", ["test", "rules", file]).then(
      () => null,
      (error: Error & { stdout?: string; stderr?: string }) =>
        `${error.message}\n${error.stdout ?? ""}${error.stderr ?? ""}`.slice(0, 4_000),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
