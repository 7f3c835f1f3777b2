import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

// The relabelings of docs/kubernetes.md, as the Prometheus Operator writes them, in a real Prometheus that scrapes exporters with the
// labels of real ones. A tenant's own monitor does what it can to pass for another.
type Relabeling = {
  sourceLabels?: string[];
  targetLabel?: string;
  regex?: string;
  action?: string;
  replacement?: string;
};

const [values, ingress] = [...readFileSync("docs/kubernetes.md", "utf8").matchAll(/```yaml\n([\s\S]*?)```/g)]
  .map(([, text]) => parse(text ?? ""))
  .filter((block) => block.prometheus || block.controller);

const EXPOSED: Record<string, string> = {
  "/kube-state-metrics": `kube_pod_info{namespace="photos",pod="web-0",uid="1",node="node-a",created_by_kind="ReplicaSet"} 1
kube_pod_info{namespace="shop",pod="web-0",uid="2",node="node-a",created_by_kind="ReplicaSet"} 1
kube_pod_info{namespace="kube-system",pod="coredns-0",uid="3",node="node-a",created_by_kind="ReplicaSet"} 1
kube_node_status_condition{node="node-a",condition="Ready",status="true"} 1
`,
  "/cadvisor": `container_memory_working_set_bytes{container="web",id="/kubepods/1",image="web:1",name="x",namespace="photos",pod="web-0"} 5
container_memory_working_set_bytes{container="",id="/kubepods/1",image="",name="",namespace="photos",pod="web-0"} 7
container_memory_working_set_bytes{id="/"} 99
container_memory_working_set_bytes{container="dns",id="/kubepods/3",image="dns:1",name="y",namespace="kube-system",pod="coredns-0"} 6
`,
  "/kubelet": `kubelet_volume_stats_used_bytes{namespace="photos",persistentvolumeclaim="data"} 3
kubelet_running_pods 4
`,
  "/ingress": `nginx_ingress_controller_requests{controller_namespace="ingress-nginx",host="photos.example",ingress="photos",namespace="photos",service="web",status="200"} 9
`,
  "/owner": `probe_success{tenant="shop",namespace="shop"} 0
kube_node_status_condition{node="node-a",condition="Ready",status="true"} 0
`,
};

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const relabelConfigs = (relabelings: readonly Relabeling[]) =>
  relabelings.map((each) =>
    Object.fromEntries(Object.entries(each).map(([key, value]) => [snakeCase(key), value])),
  );

/** A scrape config as the operator makes it: labels of the target, the monitor's own relabelings, then the enforced namespace. */
function scrapeConfig(
  name: string,
  path: string,
  {
    namespace,
    honorLabels,
    metricRelabelings,
  }: { namespace: string; honorLabels: boolean; metricRelabelings: Relabeling[] },
) {
  const { enforcedNamespaceLabel: enforced, excludedFromEnforcement } = values.prometheus.prometheusSpec;
  const isExcluded =
    namespace === "kube-system" ||
    excludedFromEnforcement.some(
      (each: { namespace: string; resource: string }) =>
        each.namespace === namespace && each.resource === "servicemonitors",
    );
  const enforcing: Relabeling[] = isExcluded ? [] : [{ targetLabel: enforced, replacement: namespace }];
  return {
    job_name: name,
    metrics_path: path,
    honor_labels: honorLabels,
    target: { namespace, service: name, endpoint: "http" },
    metric_relabel_configs: relabelConfigs([...metricRelabelings, ...enforcing]),
  };
}

let exporters: Server;
let prometheus: TestPrometheus;
beforeAll(async () => {
  exporters = createServer(({ url = "" }, response) => {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(EXPOSED[url] ?? "");
  });
  await new Promise<void>((resolve) => exporters.listen(0, "127.0.0.1", resolve));
  const address = exporters.address();
  const target = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const { monitor } = values["kube-state-metrics"].prometheus;
  const { serviceMonitor: kubelet } = values.kubelet;
  const { serviceMonitor: nginx } = ingress.controller.metrics;
  const platform = (relabelings: Relabeling[], namespace: string, honorLabels: boolean) => ({
    namespace,
    honorLabels,
    metricRelabelings: relabelings,
  });
  const forged: Relabeling[] = [
    { targetLabel: "tenant", replacement: "shop" },
    { targetLabel: "namespace", replacement: "" },
  ];
  const configs = [
    scrapeConfig(
      "kube-state-metrics",
      "/kube-state-metrics",
      platform(monitor.metricRelabelings, "monitoring", monitor.honorLabels),
    ),
    scrapeConfig(
      "cadvisor",
      "/cadvisor",
      platform(kubelet.cAdvisorMetricRelabelings, "kube-system", kubelet.honorLabels),
    ),
    scrapeConfig(
      "kubelet",
      "/kubelet",
      platform(kubelet.metricRelabelings, "kube-system", kubelet.honorLabels),
    ),
    scrapeConfig(
      "ingress-nginx",
      "/ingress",
      platform(nginx.metricRelabelings, "ingress-nginx", nginx.honorLabels),
    ),
    scrapeConfig("owner", "/owner", { namespace: "photos", honorLabels: true, metricRelabelings: forged }),
  ];
  prometheus = await startPrometheus({
    scrapeConfigs: configs.map(({ target: labels, ...config }) => ({
      ...config,
      static_configs: [{ targets: [target], labels }],
    })),
  });
  await untilScraped();
});
afterAll(async () => {
  await prometheus?.stop();
  exporters?.close();
  exporters?.closeAllConnections();
});

async function series(selector: string): Promise<Record<string, string>[]> {
  const url = `${prometheus.url}/api/v1/query?${new URLSearchParams({ query: selector })}`;
  const { data } = await (await fetch(url)).json();
  return data.result.map(({ metric }: { metric: Record<string, string> }) => metric);
}

async function untilScraped(): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    if ((await series("up == 1")).length === 5) return;
    await sleep(500);
  }
  throw new Error("Prometheus didn't scrape all exporters within a minute.");
}

const tenantsOf = async (selector: string) =>
  (await series(selector)).map(({ tenant }) => tenant ?? "").sort();

test.each([
  ["kube_pod_info", ["", "photos", "shop"]],
  ["kubelet_volume_stats_used_bytes", ["photos"]],
  ["kubelet_running_pods", [""]],
  ["nginx_ingress_controller_requests", ["photos"]],
  ['container_memory_working_set_bytes{container!=""}', ["", "photos"]],
  ['container_memory_working_set_bytes{id="/"}', []],
])("%s is of %j", async (selector, tenants) => {
  expect(await tenantsOf(selector)).toEqual(tenants);
});

test("labels of pods keep their names, so that series of several exporters can be joined", async () => {
  const [photos] = await series('kube_pod_info{tenant="photos"}');
  expect(photos).toMatchObject({ namespace: "photos", pod: "web-0", uid: "1" });
  expect(await series('{exported_namespace!=""}')).toEqual([]);
});

test("an owner's monitor can't pass for another tenant, or for the platform", async () => {
  expect(await tenantsOf("probe_success")).toEqual(["photos"]);
  expect(await series('kube_node_status_condition{tenant=""}')).toHaveLength(1);
  expect(await series('kube_node_status_condition{tenant=""} == 0')).toEqual([]);
  expect(await tenantsOf('{tenant="shop"}')).toEqual(["shop"]);
});
