import { createServer } from "node:http";
import { register } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bundle } from "@/lib/catalogue/bundle";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { defaultBundle } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { nativeHistograms, startProtobufExporter } from "@/testing/protobuf-exporter";
import { startStoreWatch } from "./watch-store";

const NOW_MS = Date.now();
let prometheus: TestPrometheus;
beforeAll(async () => {
  const samples = platformSamples([{ id: "photos", fromMs: NOW_MS - 30 * 60_000, toMs: NOW_MS + 600_000 }]);
  // A kube-state-metrics whose own labels were kept apart.
  const exported = [-60, -45, -30, -15, 0, 60, 300].map(
    (second) =>
      `kube_pod_info{tenant="photos",pod="kube-state-metrics-0",exported_pod="photos-0"} 1 ${NOW_MS / 1000 + second}`,
  );
  const openMetrics = samples.replace("# EOF", `${exported.join("\n")}\n# EOF`);
  prometheus = await startPrometheus({ openMetrics });
});
afterAll(() => prometheus?.stop());

const watch = (url: string, readBundle: () => Promise<Bundle | null>) =>
  startStoreWatch({ address: { url }, label: "tenant", readBundle, dueEveryMs: 25 });
const exposed = async (finding: string) => {
  const metric = await register.getSingleMetric("watchpost_store_findings")?.get();
  return metric?.values.find(({ labels }) => labels.finding === finding && labels.kind === "wrong")?.value;
};

test("says and exposes what is wrong, names no tenant, and looks again once another bundle is applied", async () => {
  let bundle: Bundle = { ...defaultBundle(), scrapeIntervalSeconds: 5 };
  const watching = watch(prometheus.url, async () => bundle);
  try {
    await expect.poll(() => watching.findings().length).toBeGreaterThan(0);
    const said = watching.findings().join("\n");
    expect(said).toContain("kube-state-metrics names its pods in exported_pod (1 series)");
    expect(said).toContain("scrapeIntervalSeconds is 5, and samples come more rarely");
    expect(said).not.toContain("photos");
    expect(await exposed("scrape-interval")).toBe(1);
    expect(await exposed("clock")).toBe(0);
    expect(await register.getSingleMetricAsString("watchpost_store_info")).toMatch(
      /kind="Prometheus",version="2\./,
    );
    bundle = defaultBundle();
    await expect.poll(() => watching.findings().join()).not.toContain("scrapeIntervalSeconds");
    expect(await exposed("scrape-interval")).toBe(0);
    expect(await exposed("honor-labels")).toBe(1);
  } finally {
    await watching.stop();
  }
});

test("says which histogram a tenant has natively only, and what to do", async () => {
  const exporter = await startProtobufExporter(nativeHistograms("http_request_duration_seconds", ["photos"]));
  const store = await startPrometheus({
    scrapeTargets: [exporter.target],
    features: ["native-histograms"],
  });
  // It looks at a bundle once, so each look is at another one until the first scrape has come.
  let scrapeIntervalSeconds = 1;
  const watching = watch(store.url, async () => {
    scrapeIntervalSeconds = scrapeIntervalSeconds === 1 ? 2 : 1;
    return { ...defaultBundle(), scrapeIntervalSeconds };
  });
  try {
    await expect
      .poll(() => watching.findings().join("\n"))
      .toContain(
        "http_request_duration_seconds_bucket is missing for 1 tenant: there it is a native histogram only.",
      );
  } finally {
    await watching.stop();
    await store.stop();
    exporter.stop();
  }
});

test("finds nothing where there is no bundle, and nothing while the store is away", async () => {
  const without = watch(prometheus.url, async () => null);
  const away = watch("http://127.0.0.1:1", async () => defaultBundle());
  await Promise.all([without.stop(), away.stop()]);
  expect([...without.findings(), ...away.findings()]).toEqual([]);
});

test("ends at once, also while the store doesn't answer", async () => {
  let asked = 0;
  const hanging = createServer(() => {
    asked += 1;
  });
  await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
  const address = hanging.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const watching = watch(`http://127.0.0.1:${port}`, async () => defaultBundle());
  await expect.poll(() => asked).toBeGreaterThan(0);
  await watching.stop();
  expect(watching.findings()).toEqual([]);
  hanging.closeAllConnections();
  hanging.close();
});
