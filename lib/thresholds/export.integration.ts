import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { ThresholdSetting } from "@/lib/evaluation/effective";
import { mintTenantScope } from "@/lib/tenant/mint";
import { defaultBundle } from "@/testing/evaluation";
import { prometheusRules, thresholdExport } from "./export";
import { thresholdLines } from "./lines";

const run = promisify(execFile);
const bundle = defaultBundle();
const exported = (settings: ThresholdSetting[] = []) =>
  thresholdExport(bundle, thresholdLines(bundle, settings), mintTenantScope("photos"), {
    label: "tenant",
    intervalSeconds: 30,
  });
const set = (line: string, change: Partial<ThresholdSetting>): ThresholdSetting => ({
  signal: line.split("/")[0] ?? "",
  line: line.split("/")[1] ?? "",
  value: 0.5,
  inclusive: false,
  forSeconds: 60,
  recoverForSeconds: 0,
  enabled: true,
  version: 1,
  ...change,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "watchpost-export-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const promtool = async (...args: string[]) =>
  run("promtool", args, { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: Error & { stdout?: string; stderr?: string }) => `${error.stdout ?? ""}${error.stderr ?? ""}`,
  );

describe("the thresholds as alerting rules", () => {
  test("are taken by promtool: the defaults, and whatever an owner can set", async () => {
    const owners = exported([
      set("latency/p95", { value: 1e-7, inclusive: true, forSeconds: 0 }),
      set("restarts/restarts", { value: 86_400, recoverForSeconds: 86_400 }),
      set("saturation/cpu", { enabled: false }),
    ]);
    await writeFile(join(folder, "defaults.yaml"), prometheusRules(exported()));
    await writeFile(join(folder, "owners.yaml"), prometheusRules(owners));
    const lines = exported().lines.length;
    expect(await promtool("check", "rules", "defaults.yaml")).toContain(`SUCCESS: ${lines} rules found`);
    expect(await promtool("check", "rules", "owners.yaml")).toContain(`SUCCESS: ${lines - 1} rules found`);
  });

  test("fire for the owner's own series after the pending time, and not while there are too few requests", async () => {
    await writeFile(join(folder, "rules.yaml"), prometheusRules(exported()));
    const counts = (tenant: string, code: string, perStep: number) => ({
      series: `http_request_duration_seconds_count{tenant="${tenant}",code="${code}"}`,
      values: `0+${perStep}x40`,
    });
    const evaluate = (input_series: object[], exp_alerts: object[]) => ({
      interval: "30s",
      input_series,
      alert_rule_test: [{ eval_time: "15m", alertname: "ErrorRate", exp_alerts }],
    });
    const [line] = exported().lines.filter(({ signal }) => signal === "error-rate");
    const alert = {
      exp_labels: { tenant: "photos", signal: "error-rate", line: "error-rate" },
      exp_annotations: { summary: "Error rate is above 5\u00a0%" },
    };
    expect(line).toMatchObject({ value: 0.05, forSeconds: 300, source: "default" });
    await writeFile(
      join(folder, "test.yaml"),
      stringify({
        rule_files: ["rules.yaml"],
        evaluation_interval: "30s",
        tests: [
          evaluate([counts("photos", "200", 100), counts("photos", "500", 50)], [alert]),
          evaluate([counts("photos", "200", 100), counts("photos", "500", 1)], []),
          evaluate([counts("tickets", "200", 100), counts("tickets", "500", 50)], []),
          evaluate([counts("photos", "200", 1), counts("photos", "500", 0.5)], []),
        ],
      }),
    );
    expect(await promtool("test", "rules", "test.yaml")).toContain("SUCCESS");
  });

  test("name what is switched off, and ask for nobody but the owner", () => {
    const text = prometheusRules(exported([set("saturation/cpu", { enabled: false })]));
    expect(text).toMatch(/^# .*alerting rules of Prometheus/);
    expect(text).toContain("# Switched off, and not here: CPU saturation.");
    const { groups } = parse(text);
    expect(groups[0].rules.map(({ labels }: { labels: { line: string } }) => labels.line)).not.toContain(
      "cpu",
    );
    for (const { expr } of groups[0].rules) {
      expect(expr).toContain('tenant="photos"');
      expect(expr).not.toContain("$");
    }
  });
});

test("the thresholds as JSON hold what is judged, by whom it was set, and what is switched off", () => {
  const all = exported([set("latency/p95", { value: 2 }), set("saturation/cpu", { enabled: false })]);
  expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  expect(all).toMatchObject({ tenant: "photos", tenantLabel: "tenant", intervalSeconds: 30 });
  const lineOf = (key: string) => all.lines.find(({ signal, line }) => `${signal}/${line}` === key);
  expect(lineOf("latency/p95")).toMatchObject({ value: 2, unit: "seconds", source: "owner", enabled: true });
  expect(lineOf("saturation/cpu")).toMatchObject({ enabled: false });
  expect(lineOf("error-rate/error-rate")?.traffic).toMatchObject({ minimum: expect.any(Number) });
});
