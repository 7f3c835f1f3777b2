import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import { type Against, diagnose, draftTenants } from "./diagnose";
import type { LineFacts, StoreFacts } from "./look-at-store";

const bundle: Bundle = bundleSchema.parse(
  parse(readFileSync(new URL("../../lib/definitions/defaults/bundle.yaml", import.meta.url), "utf8")),
);
const ALL = ["photos", "shop", "tickets"];

function lineFacts(lineKey: string, answered: readonly string[] | null, metrics: string[]): LineFacts {
  const [signalId, lineId] = lineKey.split("/") as [keyof Bundle["signals"], string];
  const signal = bundle.signals[signalId];
  const line = signal.lines.find(({ id }) => id === lineId);
  if (!line) throw new Error(`The bundle has no ${lineKey}.`);
  const failure = answered ? null : "query: parse error";
  return { lineKey, signal, line, answered: answered && new Set(answered), failure, metrics };
}

const service = (...bounds: number[]) => ({ bounds, isMixed: false });
const BUCKETS = "http_request_duration_seconds_bucket";
const facts = (change: Partial<StoreFacts> = {}): StoreFacts => ({
  store: { kind: "Prometheus", version: "2.42.0" },
  aheadMs: 200,
  metricNames: new Set(["probe_success", BUCKETS, "kubelet_volume_stats_used_bytes"]),
  labelNames: new Set(["tenant", "namespace"]),
  tenantValues: ALL,
  lines: [
    lineFacts("availability/availability", ALL, ["probe_success"]),
    lineFacts("latency/p95", ALL, [BUCKETS]),
    lineFacts("saturation/storage", ALL, ["kubelet_volume_stats_used_bytes"]),
  ],
  intervals: new Map([["probe_success", new Map(ALL.map((id) => [id, 15]))]]),
  buckets: new Map([[BUCKETS, new Map(ALL.map((id) => [id, [service(0.5, 1, 2.5)]]))]]),
  nativeOnly: new Map(),
  unreadBuckets: [],
  exportedPods: 0,
  copies: new Map(),
  ...change,
});
const against = (change: Partial<Against> = {}): Against => ({
  tenants: ALL.map((id) => ({ id, without: [] })),
  tenantLabel: "tenant",
  scrapeIntervalSeconds: 15,
  presets: new Map([["traefik", ["traefik_service_requests_total"]]]),
  ...change,
});
/** What isn't as it must be, each with its kind. */
const found = (change: Partial<StoreFacts>, other: Partial<Against> = {}) =>
  diagnose(facts(change), against(other)).flatMap(({ kind, message }) =>
    kind === "good" ? [] : [`${kind}: ${message}`],
  );
const lines = (...changed: LineFacts[]) => ({
  lines: facts().lines.map((line) => changed.find(({ lineKey }) => lineKey === line.lineKey) ?? line),
});

test("nothing is wrong where every line finds every tenant", () => {
  expect(found({})).toEqual([]);
});

test.each<[string, Partial<StoreFacts>, Partial<Against>, string]>([
  [
    "a clock that is off",
    { aheadMs: -95_000 },
    {},
    "wrong: The store's clock is 95 s behind this machine's. Put the wrong one right.",
  ],
  [
    "a label that nothing has",
    { tenantValues: [] },
    {},
    "wrong: No series has the label tenant. Stamp it where the series are scraped, or set TENANT_LABEL to the label that they have.",
  ],
  [
    "a tenant without any series",
    { tenantValues: ["photos", "shop"] },
    {},
    "wrong: No series of tickets: nothing will be known of them.",
  ],
  [
    "values that are nobody's",
    { tenantValues: [...ALL, "Not An Id"] },
    {},
    "note: Values that can be no tenant's id, whose series are dropped: Not An Id.",
  ],
  [
    "values that the definitions don't know",
    { tenantValues: [...ALL, "kudos"] },
    {},
    "note: Values that no tenant of the definitions has: kudos.",
  ],
  [
    "a target with a tenant label of its own",
    { labelNames: new Set(["tenant", "exported_tenant"]) },
    {},
    "note: Some targets expose a label tenant of their own. It is kept apart as exported_tenant, as it must be.",
  ],
  [
    "kube-state-metrics without honor_labels",
    { exportedPods: 12 },
    {},
    "wrong: kube-state-metrics names its pods in exported_pod (12 series), so its series can't be joined with others. Scrape kube-state-metrics with honor_labels: true.",
  ],
  [
    "copies of one measurement",
    { copies: new Map([["prometheus_replica", 2]]) },
    {},
    "note: Each series exists 2 times, with different values of prometheus_replica. Deduplicate them in the store, or drop the label where they are written.",
  ],
  [
    "a line that finds some",
    lines(lineFacts("saturation/storage", ["photos"], ["kubelet_volume_stats_used_bytes"])),
    {},
    "note: saturation/storage: 1 of 3 tenants have a value, not shop and tickets. If they have no such thing, say so: without: [saturation/storage].",
  ],
  [
    "a capability that isn't probed",
    lines(lineFacts("availability/availability", ["photos", "shop"], ["probe_success"])),
    {},
    "wrong: availability/availability: 2 of 3 tenants have a value, not tickets. Every capability is probed: add the missing probes.",
  ],
  [
    "a line that finds nobody",
    lines(lineFacts("saturation/storage", [], ["kubelet_volume_stats_used_bytes", "absent_total"])),
    {},
    "wrong: saturation/storage: no tenant has a value. The store has no absent_total.",
  ],
  [
    "a question that is refused",
    lines(lineFacts("saturation/storage", null, [])),
    {},
    "wrong: saturation/storage: the store refuses the question (query: parse error).",
  ],
  [
    "scrapes that are rarer than the bundle says",
    { intervals: new Map([["probe_success", new Map([["photos", 60]])]]) },
    {},
    "wrong: scrapeIntervalSeconds is 15, and samples come more rarely: probe_success every 60 s. Set it to 60.",
  ],
  [
    "a threshold beyond the buckets",
    { buckets: new Map([[BUCKETS, new Map([["shop", [service(0.1, 0.5)]]])]]) },
    {},
    `wrong: latency/p95: for shop, the highest finite bucket of ${BUCKETS} isn't above the threshold of 1 s. Longer requests count by their mean time, and not at all without ${BUCKETS.replace("_bucket", "_sum")}.`,
  ],
  [
    "services with other buckets, each with enough of them",
    { buckets: new Map([[BUCKETS, new Map([["shop", [service(0.5, 5), service(1, 2)]]])]]) },
    {},
    `note: latency/p95: for shop, services have different buckets of ${BUCKETS}. A query of your own must take the quantile of each service, as the default bundle does.`,
  ],
  [
    "a service whose series have different buckets",
    { buckets: new Map([[BUCKETS, new Map([["shop", [{ bounds: [1, 5], isMixed: true }]]])]]) },
    {},
    `note: latency/p95: for shop, series of one service have different buckets of ${BUCKETS}. The quantile is wrong until all have the same, for example after a rollout.`,
  ],
  [
    "more buckets than it reads",
    { buckets: new Map(), unreadBuckets: [BUCKETS] },
    {},
    `note: ${BUCKETS} has too many buckets, so they were not compared with thresholds.`,
  ],
  [
    "a histogram that is native only",
    { nativeOnly: new Map([[BUCKETS, ["shop"]]]) },
    {},
    `wrong: ${BUCKETS} is missing for shop: there it is a native histogram only. Scrape the classic buckets, too: always_scrape_classic_histograms: true (scrape_classic_histograms before Prometheus 3).`,
  ],
])("reports %s", (_, change, other, message) => {
  expect(found(change, other)).toEqual([message]);
});

test("reports one service of several that its highest bucket is at the threshold", () => {
  const services = [service(0.5, 5), service(0.5, 1)];
  const sentences = found({ buckets: new Map([[BUCKETS, new Map([["shop", services]])]]) });
  expect(sentences.join("\n")).toContain("isn't above the threshold of 1 s");
});

test("proposes the preset whose metrics are there, where latency finds nobody", () => {
  const change = {
    ...lines(lineFacts("latency/p95", [], [BUCKETS])),
    metricNames: new Set(["probe_success", "traefik_service_requests_total"]),
  };
  expect(found(change)).toContain(
    "note: The store has the metrics of traefik. In bundle.yaml: extends: traefik",
  );
  expect(found({ metricNames: change.metricNames }).join()).not.toContain("traefik");
});

test("doesn't ask for what a tenant is defined to be without", () => {
  const change = lines(lineFacts("saturation/storage", ["photos", "shop"], []));
  const tenants = ALL.map((id) => ({ id, without: id === "tickets" ? ["saturation/storage"] : [] }));
  expect(found(change, { tenants })).toEqual([]);
});

test("takes the label's values for the tenants where there are no definitions, and drafts them", () => {
  const change = {
    tenantValues: [...ALL, "Not An Id"],
    ...lines(lineFacts("saturation/storage", ["photos", "shop"], [])),
  };
  expect(diagnose(facts(change), against({ tenants: null })).map(({ message }) => message)).toContain(
    "Label tenant: 4 values, 3 of 3 tenants among them.",
  );
  const { tenants } = parse(draftTenants(facts(change)));
  expect(tenants.map(({ id }: { id: string }) => id)).toEqual(ALL);
  expect(tenants[2].without).toEqual(["saturation/storage"]);
  expect(tenants[0].without).toBeUndefined();
});
