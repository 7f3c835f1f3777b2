import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Bundle, bundleSchema, type Threshold } from "@/lib/catalogue/bundle";
import { checkBundle } from "./check-bundle";
import { pathText } from "./problem";

const text = readFileSync(new URL("./defaults/bundle.yaml", import.meta.url), "utf8");

/** What is found in the default bundle after a change. */
function findings(change: (bundle: Bundle) => void, tenantLabel = "tenant"): string[] {
  const bundle = bundleSchema.parse(parse(text));
  change(bundle);
  return checkBundle(bundle, { tenantLabel }).map(({ path, message }) => `${pathText(path)}: ${message}`);
}

const firstLine = (bundle: Bundle, signal: keyof Bundle["signals"]) => {
  const line = bundle.signals[signal].lines[0];
  if (!line?.threshold) throw new Error("the first line is judged");
  return { line, threshold: line.threshold };
};

describe("checkBundle", () => {
  test("finds nothing in the bundle that the portal brings, whatever the tenant label is called", () => {
    expect(findings(() => {})).toEqual([]);
    expect(findings(() => {}, "capability_id")).toEqual([]);
  });

  test.each<[string, (bundle: Bundle, query: string) => void, string]>([
    [
      "a line",
      (bundle, query) => {
        firstLine(bundle, "latency").line.query = query;
      },
      "signals.latency.lines[0].query",
    ],
    [
      "a line's freshness",
      (bundle, query) => {
        firstLine(bundle, "latency").line.freshness = query;
      },
      "signals.latency.lines[0].freshness",
    ],
    [
      "a line's highest value",
      (bundle, query) => {
        firstLine(bundle, "latency").line.highest = query;
      },
      "signals.latency.lines[0].highest",
    ],
    [
      "a line's parts",
      (bundle, query) => {
        firstLine(bundle, "availability").line.parts = { by: ["instance"], query };
      },
      "signals.availability.lines[0].parts.query",
    ],
    [
      "the objects of a line's parts",
      (bundle, query) => {
        const { line } = firstLine(bundle, "availability");
        const ofParts = "min by ($tenant, instance) (probe_success)";
        line.query = `min by ($tenant) (${ofParts})`;
        line.parts = { by: ["instance"], query: ofParts, objects: { by: ["instance"], query } };
      },
      "signals.availability.lines[0].parts.objects.query",
    ],
    [
      "a line's breakdown",
      (bundle, query) => {
        firstLine(bundle, "latency").line.breakdown = { label: "routes", by: ["route"], query };
      },
      "signals.latency.lines[0].breakdown.query",
    ],
    [
      "traffic",
      (bundle, query) => {
        bundle.signals["error-rate"].traffic = { query, minimum: 1 };
      },
      "signals.error-rate.traffic.query",
    ],
    [
      "coverage",
      (bundle, query) => {
        bundle.coverage = query;
      },
      "coverage",
    ],
    [
      "runtime",
      (bundle, query) => {
        bundle.runtime.images = query;
      },
      "runtime.images",
    ],
    [
      "events",
      (bundle, query) => {
        bundle.events.exitCodes = query;
      },
      "events.exitCodes",
    ],
  ])("tries the query of %s as it will be used", (_, set, path) => {
    for (const query of [
      "sum(up)",
      "sum by ($tenant) (up",
      "up",
      "sum by ($tenant) (rate(up[$windw]))",
      'sum by ($tenant) (up{tenant="a"})',
    ]) {
      const found = findings((bundle) => set(bundle, query));
      expect(found, query).toHaveLength(1);
      expect(found[0]).toContain(`${path}: `);
      expect(found[0]).toContain(`The query is ${JSON.stringify(query)}.`);
    }
  });

  test.each<[string, keyof Bundle["signals"], { value: number; inclusive?: boolean }, string]>([
    [
      "a share above 1",
      "saturation",
      { value: 90 },
      "is 90, and a share lies between 0 and 1. For 90 % write 0.9.",
    ],
    ["a negative value", "latency", { value: -1 }, "is -1, and may not be below 0."],
    ["half a restart", "restarts", { value: 2.5 }, "is 2.5, and a count is a whole number."],
    [
      "an alert that can't fire upwards",
      "error-rate",
      { value: 1, inclusive: false },
      "is 1, and no value can be higher than that: the alert could never fire.",
    ],
    [
      "an alert that can't fire downwards",
      "availability",
      { value: 0, inclusive: false },
      "is 0, and no value can be lower than that: the alert could never fire.",
    ],
    [
      "an alert that always fires",
      "restarts",
      { value: 0, inclusive: true },
      "is 0, and every value is that or higher: the alert would always fire.",
    ],
  ])("refuses %s as a default threshold", (_, signal, threshold, message) => {
    const found = findings((bundle) => Object.assign(firstLine(bundle, signal).threshold, threshold));
    expect(found).toEqual([`signals.${signal}.lines[0].threshold.value: ${message}`]);
  });

  test("wants a default threshold for every signal, freshness where there is one, and traffic for the error rate", () => {
    expect(
      findings((bundle) => {
        delete firstLine(bundle, "restarts").line.threshold;
      })[0],
    ).toMatch(/^signals.restarts.lines: has no line with a threshold/);
    expect(
      findings((bundle) => {
        delete firstLine(bundle, "restarts").line.freshness;
      })[0],
    ).toMatch(/^signals.restarts.lines\[0\]: has a threshold but no freshness/);
    expect(
      findings((bundle) => {
        delete bundle.signals["error-rate"].traffic;
      })[0],
    ).toMatch(/^signals.error-rate: has no traffic/);
  });

  test("wants a line that fills up to be judged, and a share that is worse when it is higher", () => {
    const fills = (signal: keyof Bundle["signals"], judged = true) =>
      findings((bundle) => {
        const line = bundle.signals[signal].lines.at(-1);
        if (!line) throw new Error("no line");
        line.fills = true;
        if (!judged) for (const key of ["threshold", "parts"] as const) delete line[key];
      });
    expect(fills("saturation")).toEqual([]);
    for (const found of [fills("latency"), fills("availability"), fills("saturation", false)])
      expect(found.join()).toMatch(/fills: belongs to a line that isn't judged, or isn't a share/);
  });

  test("wants a threshold of availability that a single failed probe doesn't alert by", () => {
    const availability = (change: Partial<Threshold>) =>
      findings((bundle) => {
        Object.assign(bundle.signals.availability.lines[0]?.threshold ?? {}, change);
      });
    // The platform's default until now: nineteen of twenty is 95 %.
    expect(availability({ value: 0.99 })).toEqual([
      "signals.availability.lines[0].threshold.value: is 0.99, and one failed probe of the 20 in 300 s leaves 0.95: it would alert after 120 s. Write a value below that, or forSeconds of at least 300.",
    ]);
    expect(availability({ value: 0.99, forSeconds: 300 })).toEqual([]);
    expect(availability({ value: 0.94 })).toEqual([]);
  });

  test("wants windows of at least two scrape intervals, and ids that differ within a signal", () => {
    expect(
      findings((bundle) => {
        bundle.scrapeIntervalSeconds = 60;
      }),
    ).toEqual([
      expect.stringMatching(/^signals.availability.staleAfterSeconds: is 90, and must be at least 120/),
      expect.stringMatching(
        /^signals.availability.lines\[0\].threshold.value: .* one failed probe of the 5 /,
      ),
      expect.stringMatching(/^signals.latency.staleAfterSeconds/),
      expect.stringMatching(/^signals.error-rate.staleAfterSeconds/),
    ]);
    expect(
      findings((bundle) => {
        Object.assign(bundle.signals.latency.lines[1] ?? {}, { id: "p95" });
      }),
    ).toEqual(['signals.latency.lines[1].id: "p95" is the id of another line of this signal.']);
  });
});

test("refuses a query of a line that would give a tenant several series, and names the label", () => {
  const found = findings((bundle) => {
    firstLine(bundle, "latency").line.query = "sum by ($tenant, code) (rate(requests_total[$window]))";
  });
  expect(found).toEqual([
    expect.stringMatching(
      /^signals\.latency\.lines\[0\]\.query: A tenant would get several series.+has code/,
    ),
  ]);
});

test("refuses a match that one tenant's series could make Prometheus refuse for all", () => {
  const found = findings((bundle) => {
    bundle.events.restarts =
      "max by ($tenant, pod) (ended) * on ($tenant, pod) group_left (reason) max by ($tenant, pod, reason) (why)";
  });
  expect(found).toEqual([
    expect.stringMatching(/^events\.restarts: .+Prometheus would refuse it for everybody\. Write max by/),
  ]);
});

test("wants a part to be named by the labels that are said, and its object by some of them", () => {
  const parts = { by: ["instance"], query: "min by ($tenant, instance) (probe_success)" };
  const found = (change: object, isJudged = true) =>
    findings((bundle) => {
      const { line } = firstLine(bundle, "availability");
      line.parts = { ...parts, ...change };
      line.query = `min by ($tenant) (${line.parts.query})`;
      if (!isJudged) bundle.signals.availability.lines.push({ ...line, id: "drawn", threshold: undefined });
    });
  expect(found({})).toEqual([]);
  expect(found({ query: "min by ($tenant, instance, job) (probe_success)" })[0]).toContain("has job as well");
  const objects = { by: ["pod"], query: "max by ($tenant, pod) (kube_pod_info)" };
  expect(found({ objects })[0]).toContain("names its objects by pod, which by doesn't name");
  expect(found({}, false)[0]).toContain("belongs to a line that isn't judged");
});

test("names the label by which a part would have no name, with those that there are", () => {
  const ofParts = "min by ($tenant, instance) (probe_success)";
  const parts = findings((bundle) => {
    const { line } = firstLine(bundle, "availability");
    line.query = `min by ($tenant) (${ofParts})`;
    line.parts = { by: ["instance", "target"], query: ofParts };
  });
  expect(parts).toEqual([
    expect.stringMatching(
      /^signals\.availability\.lines\[0\]\.parts\.query: The answer never has target, .+ It has instance\./,
    ),
  ]);
  const breakdown = findings((bundle) => {
    firstLine(bundle, "latency").line.breakdown = {
      label: "routes",
      by: ["route"],
      query: "max by ($tenant, pod) (slowest_seconds)",
    };
  });
  expect(breakdown).toEqual([
    expect.stringMatching(
      /^signals\.latency\.lines\[0\]\.breakdown\.query: The answer never has route, .+ It has pod\./,
    ),
  ]);
});

test("wants a breakdown to have something to show, of a line that is judged", () => {
  const found = (signal: keyof Bundle["signals"], change: object, drop: object = {}) =>
    findings((bundle) => {
      const { line } = firstLine(bundle, signal);
      Object.assign(line, drop, { breakdown: { label: "things", ...change } });
    }).join();
  const own = { by: ["pod"], query: "max by ($tenant, pod) (kube_pod_info)" };
  expect(found("saturation", {})).toBe("");
  expect(found("latency", own)).toBe("");
  expect(found("restarts", { ...own, adds: true })).toBe("");
  expect(found("latency", {})).toContain("has no query, and the line has no parts");
  expect(found("latency", { by: ["pod"] })).toContain("has by without query");
  expect(found("latency", { query: own.query })).toContain("has query without by");
  expect(found("saturation", { adds: true })).toContain("adds: true belongs to a query of its own");
  expect(found("availability", { ...own, adds: true })).toContain("where higher is worse");
  const drawn = findings((bundle) => {
    bundle.signals.latency.lines.push({
      id: "p90",
      label: "p90",
      query: "max by ($tenant) (slowest_seconds)",
      breakdown: { label: "pods", ...own },
    });
  });
  expect(drawn.join()).toContain("breakdown: belongs to a line that isn't judged");
});

test("wants a line's value to be the worst or the mean of its parts, by construction", () => {
  const found = (query: string) =>
    findings((bundle) => {
      firstLine(bundle, "saturation").line.query = query;
    });
  expect(found("max by ($tenant) (rate(container_cpu_usage_seconds_total[$window]))")).toEqual([
    expect.stringMatching(
      /^signals\.saturation\.lines\[0\]\.query: isn't the worst or the mean of its parts/,
    ),
  ]);
  const { line } = firstLine(bundleSchema.parse(parse(text)), "saturation");
  expect(found(`avg by ($tenant) (${line.parts?.query})`)).toEqual([]);
});
