import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { defaultBundleQueries } from "./bundle.cases";
import { fillPlaceholders } from "./placeholders";
import { scopeToTenant } from "./scope";
import { SCOPE_CASES } from "./scope.cases";

// 2026-01-01T00:00:00Z, and 20 minutes of samples before the instant that is asked for.
const START_SECONDS = 1_767_225_600;
const NOW_SECONDS = START_SECONDS + 1_200;

const METRICS = [
  "up",
  "limit",
  "requests_total",
  "job:up:sum",
  "sum",
  "by",
  "or",
  "rate",
  "infinity",
  "count",
];
const JOBS = ["web", 'we"b', "Grüße 😀"];

/** Each tenant's values are of another magnitude, so that a foreign one can't pass for one's own. */
const MAGNITUDE: Record<string, number> = { photos: 1, tickets: 1_000 };

function samplesOf(tenants: string[]): string {
  const lines: string[] = [];
  for (const metric of [...METRICS, ...bundleMetrics()]) {
    for (const tenant of tenants) {
      for (const [index, job] of JOBS.entries()) {
        const slope = (MAGNITUDE[tenant] ?? 0) * (index + 1);
        for (let at = START_SECONDS; at <= NOW_SECONDS; at += 60) {
          const value = /_(reason|phase)$/.test(metric) ? 1 : slope * (1 + at - START_SECONDS);
          lines.push(`${metric}{${labelsOf(tenant, job, index)}} ${value} ${at}`);
        }
      }
    }
  }
  return `${lines.join("\n")}\n# EOF\n`;
}

function labelsOf(tenant: string, job: string, index: number): string {
  const labels = {
    tenant,
    job,
    le: String(10 ** index),
    code: "500",
    offset: "1",
    on: "2",
    by: "3",
    container: "app",
    phase: "Running",
    namespace: tenant,
    resource: index === 0 ? "cpu" : "memory",
  };
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",");
}

function bundleMetrics(): string[] {
  const names = defaultBundleQueries().flatMap(
    ({ template }) => template.match(/\b(probe|http|kube|kubelet|container)_\w+/g) ?? [],
  );
  return [...new Set(names)];
}

type Reply = { status: number; body: { status: string; error?: string; data?: unknown } };

async function ask({ url }: TestPrometheus, path: string, query: string): Promise<Reply> {
  const body = new URLSearchParams({ query, time: String(NOW_SECONDS) });
  const response = await fetch(`${url}/api/v1/${path}`, { method: "POST", body });
  const reply: Reply["body"] = JSON.parse(await response.text());
  return { status: response.status, body: reply };
}

let both: TestPrometheus;
let alone: TestPrometheus;
let olderThan3: boolean;

beforeAll(async () => {
  [both, alone] = await Promise.all([
    startPrometheus({ openMetrics: samplesOf(["photos", "tickets"]) }),
    startPrometheus({ openMetrics: samplesOf(["photos"]) }),
  ]);
  const build: { data: { version: string } } = JSON.parse(
    await (await fetch(`${both.url}/api/v1/status/buildinfo`)).text(),
  );
  olderThan3 = Number.parseInt(build.data.version, 10) < 3;
});

afterAll(async () => {
  await Promise.all([both?.stop(), alone?.stop()]);
});

/** The other tenant is gone from the answer when it is the very answer of a Prometheus that never had one. */
async function expectConfined(scoped: string) {
  const [mixed, own] = await Promise.all([ask(both, "query", scoped), ask(alone, "query", scoped)]);
  expect(JSON.stringify(mixed.body)).not.toContain('"tenant":"tickets"');
  expect(sorted(mixed)).toEqual(sorted(own));
}

/** Prometheus promises no order of the series of a vector. */
function sorted({ status, body }: Reply) {
  const data = body.data as { resultType?: string; result?: unknown[] } | undefined;
  if (!Array.isArray(data?.result) || data.resultType === "scalar") return { status, body };
  const result = data.result.map((series) => JSON.stringify(series)).sort();
  return { status, resultType: data.resultType, result };
}

test("has the other tenant's series to leak, so that the tests below can fail", async () => {
  const [mixed, own] = await Promise.all([ask(both, "query", "sum(up)"), ask(alone, "query", "sum(up)")]);
  expect(JSON.stringify(mixed.body.data)).not.toEqual(JSON.stringify(own.body.data));
  expect(JSON.stringify((await ask(both, "query", "up")).body)).toContain('"tenant":"tickets"');
});

for (const [group, cases] of Object.entries(SCOPE_CASES)) {
  const scoping = cases.filter((row) => "scoped" in row);
  if (scoping.length === 0) continue;
  describe(group, () => {
    test.each(scoping)(
      "$promql is read by Prometheus and answers with nothing of the other tenant",
      async (row) => {
        const scoped = scopeToTenant(row.promql, { label: "tenant", value: "photos" });
        const read = await ask(both, "format_query", scoped);
        const unreadable = row.sinceVersion3 && olderThan3;
        expect({ status: read.status, error: read.body.error }).toEqual(
          unreadable ? { status: 400, error: expect.any(String) } : { status: 200, error: undefined },
        );
        await expectConfined(scoped);
      },
    );
  });
}

describe("a comment, as it is written", () => {
  test.each(SCOPE_CASES["a comment"]?.filter((row) => "scoped" in row) ?? [])(
    "$promql means to Prometheus what is asked without it",
    async ({ promql, scoped }) => {
      const [written, asked] = [await ask(alone, "query", promql), await ask(alone, "query", scoped)];
      expect(written.status).toBe(200);
      expect(sorted(written)).toEqual(sorted(asked));
    },
  );
});

/** They answer only for who has no limit, runs nothing, or counts no seconds: testing/stock-platform has such tenants, and these samples none. */
const ANSWERS_IN_TROUBLE = /\.(unlimited|scaledToZero|highest)$/;

describe("the default bundle", () => {
  test.each(defaultBundleQueries())(
    "$path runs and gives the tenant what it would get alone",
    async ({ template }) => {
      const options = { label: "tenant", windowSeconds: 300 };
      const scoped = scopeToTenant(fillPlaceholders(template, options), { label: "tenant", value: "photos" });
      expect((await ask(both, "query", scoped)).status).toBe(200);
      await expectConfined(scoped);
    },
  );

  test.each(defaultBundleQueries())(
    "$path gives the same to one tenant when it is asked for all",
    async ({ path, template }) => {
      const options = { label: "tenant", windowSeconds: 300 };
      const filled = fillPlaceholders(template, options);
      const fleet = sorted(await ask(both, "query", filled)).result ?? [];
      const own = sorted(
        await ask(alone, "query", scopeToTenant(filled, { label: "tenant", value: "photos" })),
      );
      if (!ANSWERS_IN_TROUBLE.test(path)) expect(own.result).not.toEqual([]);
      expect(fleet.filter((series) => series.includes('"tenant":"photos"'))).toEqual(own.result);
    },
  );
});
