import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import { migrationsSchema } from "@/lib/catalogue/migration";
import { migrationOf } from "@/lib/data-migrations/migration";
import { deploymentsOf } from "@/lib/evaluation/events";
import { createPrometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { freePort } from "@/server/free-port";
import { type Identity, startIdentity } from "../identity/start";
import { demoBundle } from "./bundle";
import { CAPABILITY_IDS, type CapabilityId, GUEST_ID } from "./characters";
import { DEMO_COMPONENTS } from "./components";
import { INIT_CONTAINER, SIDECAR } from "./containers";
import { descendants } from "./descendants.fixture";
import { MIGRATIONS } from "./jobs/definitions";
import { type DemoPlatform, startPlatform } from "./start";

type Found = { labels: Record<string, string>; value: number };

let dataDir: string;
let platform: DemoPlatform;
let identity: Identity;
const bundle: Bundle = bundleSchema.parse(parse(demoBundle()));

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "watchpost-platform-"));
  const [prometheusPort, controlPort] = await Promise.all([freePort(), freePort()]);
  let isDown = false;
  identity = await startIdentity({
    port: 0,
    portalUrl: "http://127.0.0.1:3000",
    clientId: "watchpost",
    clientSecret: "a secret of this test",
    dataDir: join(dataDir, "identity"),
    isDown: () => isDown,
  });
  const signIn = {
    probeUrl: `${identity.issuer}/.well-known/openid-configuration`,
    setDown: (down: boolean) => {
      isDown = down;
    },
  };
  platform = await startPlatform({ dataDir, prometheusPort, controlPort, signIn, report: () => {} });
});

afterAll(async () => {
  await platform?.stop();
  await identity?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ask(template: string, windowSeconds = 300): Promise<Found[]> {
  const promql = template.replaceAll("$tenant", "tenant").replaceAll("$window", `${windowSeconds}s`);
  const response = await fetch(`${platform.prometheusUrl}/api/v1/query?query=${encodeURIComponent(promql)}`);
  const answer = (await response.json()) as {
    error?: string;
    data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  if (!answer.data) throw new Error(`${promql}: ${answer.error}`);
  return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** Waits until what is asked for is there; the last answer is shown where it never is. */
async function until<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  withinMs = 100_000,
): Promise<T> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (performance.now() > untilMs) throw new Error(`Still not so: ${JSON.stringify(value)}`);
    await wait(500);
  }
}

async function change(
  target: string,
  fault: string,
  on: boolean,
  origin = platform.controlUrl,
): Promise<Response> {
  return fetch(`${platform.controlUrl}/api/faults`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: origin },
    body: JSON.stringify({ target, fault, on }),
  });
}

const valueFor = (found: Found[], tenant: string) =>
  found.find(({ labels }) => labels.tenant === tenant)?.value ?? Number.NaN;

const imagesOf = (found: Found[], tenant: string) =>
  found.filter(({ labels }) => labels.tenant === tenant).map(({ labels }) => labels.image ?? "");

/** What was deployed in the last week, oldest first. */
async function deployedVersions(tenant: string): Promise<string[]> {
  const found = await ask(bundle.events.deployments, 604_800);
  return deploymentsOf(found.filter(({ labels }) => labels.tenant === tenant)).map(({ version }) => version);
}

/** What the bundle says of whatever kube-state-metrics reports, in the same order each time. */
async function kubernetesAnswers(): Promise<unknown[]> {
  const { signals, runtime, events } = bundle;
  const lines = [...signals.availability.lines.slice(1), ...signals.restarts.lines].map(({ query }) => query);
  const queries = [...lines, runtime.replicasWanted, runtime.replicasReady, runtime.replicasUpdated];
  const all = await Promise.all(
    [...queries, runtime.scaledToZero ?? "", events.deployments, events.restarts, events.exitCodes].map(
      (query) => ask(query, 1800),
    ),
  );
  const images = (await ask(runtime.images)).map(({ labels }) => labels.image).sort();
  return [...all.map((found) => found.map((each) => JSON.stringify(each)).sort()), images];
}

/** Queries of the runtime that answer only while something waits, or nothing runs. */
const OF_TROUBLE = ["waiting", "scaledToZero"];

/** Every other query of the bundle with its window, by a name for the test's title. */
function queriesOfBundle(): [string, string, number][] {
  const { signals, coverage, runtime, events } = bundle;
  return [
    ...Object.entries(signals).flatMap(([id, signal]) =>
      signal.lines.flatMap((line): [string, string, number][] => [
        [`${id} ${line.id}`, line.query, signal.windowSeconds],
        ...(line.freshness
          ? [[`${id} ${line.id} freshness`, line.freshness, signal.windowSeconds] as [string, string, number]]
          : []),
      ]),
    ),
    ["coverage", coverage, 300],
    ...Object.entries(runtime)
      .filter(([id]) => !OF_TROUBLE.includes(id))
      .map(([id, query]): [string, string, number] => [id, query, 300]),
    ["deployments", events.deployments, 604_800],
  ];
}

describe("the demo's platform", () => {
  test("has every target up: six pods, two migrations, four probes, kube-state-metrics, what all share, sign-in, Prometheus itself, and three exporters on each node", async () => {
    const up = await until(
      () => ask("up == 1"),
      (found) => found.length === 22,
    );
    expect(up.filter(({ labels }) => labels.endpoint === "http" && labels.tenant)).toHaveLength(8);
  });

  test("has a migration that runs, one that failed halfway, one that takes too much, and a capability without one", async () => {
    const sources = {
      bundle,
      tenantLabel: "tenant",
      prometheus: createPrometheus({ url: platform.prometheusUrl }),
    };
    const shown = async (id: CapabilityId) => {
      const definitions = migrationsSchema.parse(
        MIGRATIONS[id] && [
          { ...MIGRATIONS[id].definition, issueUrl: "https://git.example/ops/infra/issues/61" },
        ],
      );
      const view = await migrationOf(sources, mintTenantScope(id), definitions, null, Date.now());
      expect(view?.failed).toBeNull();
      return view;
    };
    await until(
      () => ask('migration_items_done{tenant="photos"}'),
      (found) => found.length === 1,
    );
    const photos = await shown("photos");
    expect(photos?.runs.map(({ state }) => state)).toEqual(["running", "failed"]);
    expect(photos?.shown).toMatchObject({
      estimate: { kind: "between" },
      stalledSinceMs: null,
      oddities: [],
    });
    const weather = await shown("weather");
    expect(weather?.shown?.usage.map(({ passed }) => passed)).toEqual(["nothing", "most", "declared"]);
    const tickets = await shown("tickets");
    expect(tickets?.shown).toMatchObject({ state: "failed", present: true, endedExactly: true });
    expect(tickets?.shown?.progress?.share).toBeCloseTo(0.47, 2);
    expect(await shown("canary")).toMatchObject({ runs: [], waiting: [], shown: null });
    // The same series goes on from the history into the live samples.
    expect(await ask('count_over_time(migration_items_done{tenant="photos"}[1h])')).toHaveLength(1);
    expect(
      await ask(
        'count_over_time(container_memory_working_set_bytes{container="migrate",tenant="photos"}[1h])',
      ),
    ).toHaveLength(1);
  });

  test.each(queriesOfBundle())(
    "answers the bundle's %s for every tenant",
    async (_name, query, windowSeconds) => {
      // What names no tenant, such as the probe of sign-in, is nobody's.
      const found = (await ask(query, windowSeconds)).filter(({ labels }) => labels.tenant !== undefined);
      expect([...new Set(found.map(({ labels }) => labels.tenant))].sort()).toEqual(
        [...CAPABILITY_IDS].sort(),
      );
    },
  );

  test("has nobody whose pods wait, or who is scaled to zero", async () => {
    const { waiting, scaledToZero } = bundle.runtime;
    expect(await ask(waiting ?? "")).toEqual([]);
    expect((await ask(scaledToZero ?? "")).filter(({ value }) => value !== 0)).toEqual([]);
  });

  test("begins with a week in which something happened, and with everybody healthy", async () => {
    const past = await ask('count_over_time(probe_success{tenant!=""}[7d])');
    for (const { value } of past) expect(value).toBeGreaterThan(115_000);
    const restarts = await ask(bundle.events.restarts);
    expect(restarts.map(({ labels }) => [labels.tenant, labels.reason]).sort()).toEqual([
      ["tickets", "OOMKilled"],
      ["weather", "Error"],
    ]);
    for (const { value } of await ask("avg_over_time(probe_success[10m])")) expect(value).toBe(1);
  });

  test("takes the word of no exporter for whose a series is", async () => {
    const config = readFileSync(join(dataDir, "prometheus.yml"), "utf8");
    const jobs = (parse(config) as { scrape_configs: { job_name: string; honor_labels?: boolean }[] })
      .scrape_configs;
    // What the platform itself runs reports for others; what a capability exposes is its own.
    expect(jobs.filter((job) => job.honor_labels).map(({ job_name }) => job_name)).toEqual([
      "kube-state-metrics",
      "cadvisor",
      "kubelet",
    ]);
    expect(await ask('{tenant!="",namespace!~"tenant-.+"}')).toEqual([]);
    expect(await ask('{namespace=~"tenant-.+",tenant=""}')).toEqual([]);
  });

  test("refuses a switch that a page from elsewhere throws", async () => {
    const response = await change("photos", "errors", true, "https://elsewhere.example");
    expect(response.status).toBe(403);
    expect((await change("photos", "haunting", true)).status).toBe(400);
  });

  test("shows errors in the 5xx share, and a memory leak as out-of-memory kills that are counted", async () => {
    const restartsBefore = valueFor(await ask(bundle.signals.restarts.lines[0]?.query ?? "", 1800), "photos");
    await change("tickets", "errors", true);
    await change("photos", "memory-leak", true);
    const share = bundle.signals["error-rate"].lines[0]?.query ?? "";
    await until(
      () => ask(share, 30),
      (found) => valueFor(found, "tickets") > 0.15,
    );
    await until(
      () => ask(bundle.signals.restarts.lines[0]?.query ?? "", 1800),
      (found) => valueFor(found, "photos") > restartsBefore,
    );
    const reasons = await ask(bundle.events.restarts);
    expect(reasons.find(({ labels }) => labels.tenant === "photos")?.labels.reason).toBe("OOMKilled");
    expect(valueFor(await ask(bundle.events.exitCodes), "photos")).toBe(137);
    await change("tickets", "errors", false);
    await change("photos", "memory-leak", false);
  });

  test("rolls out a new version pod by pod, without a moment in which nobody serves", async () => {
    await change("tickets", "deploy", true);
    await until(
      () => ask(bundle.runtime.images),
      (found) => {
        const images = found
          .filter(({ labels }) => labels.tenant === "tickets")
          .map(({ labels }) => labels.image);
        return images.length === 1 && images[0]?.endsWith("/tickets:2.8.2") === true;
      },
    );
    expect(valueFor(await ask("min_over_time(probe_success[1m])"), "tickets")).toBe(1);
  });

  describe("rolls out", () => {
    test("goes back to the version before, which is a deployment of it", async () => {
      await change("tickets", "rollback", true);
      await until(
        () => ask(bundle.runtime.images),
        (found) => imagesOf(found, "tickets").join().endsWith("/tickets:2.8.1"),
      );
      expect((await deployedVersions("tickets")).slice(-2)).toEqual(["2.8.2", "2.8.1"]);
      expect((await change("canary", "rollback", true)).status).toBe(400);
    });

    test("rolls out a StatefulSet's version, which is one deployment of that version", async () => {
      await change("weather", "deploy", true);
      await until(
        () => ask(bundle.runtime.images),
        (found) => imagesOf(found, "weather").join().endsWith("/weather:0.9.6"),
      );
      const versions = await until(
        () => deployedVersions("weather"),
        (found) => found.at(-1) === "0.9.6",
      );
      expect(versions.filter((version) => version === "0.9.6")).toHaveLength(1);
      expect(versions).not.toContain("0.9.4");
      await until(
        () => ask(bundle.runtime.replicasReady),
        (found) => valueFor(found, "weather") === 1,
      );
    });

    test("shows a rollout whose init container fails, though all probes succeed, and its end by a rollback", async () => {
      const [pods, restarts] = [bundle.signals.availability.lines[2], bundle.signals.restarts.lines[0]];
      const restartsBefore = valueFor(await ask(restarts?.query ?? "", 1800), "photos");
      await change("photos", "init-crash-loop", true);
      await until(
        () => ask(restarts?.query ?? "", 1800),
        (found) => valueFor(found, "photos") >= restartsBefore + 2,
      );
      // What an earlier fault kept waiting is in the window as well.
      await until(
        async () =>
          (await ask(bundle.runtime.waiting ?? "", 15))
            .filter(({ labels }) => labels.tenant === "photos")
            .map(({ labels }) => [labels.container, labels.reason].join(" ")),
        (found) => found.length === 1 && found[0] === `${INIT_CONTAINER.name} CrashLoopBackOff`,
      );
      expect(valueFor(await ask(bundle.runtime.replicasUpdated), "photos")).toBe(1);
      expect(valueFor(await ask("min_over_time(probe_success[30s])"), "photos")).toBe(1);
      await until(
        () => ask(pods?.query ?? "", 15),
        (found) => Math.abs(valueFor(found, "photos") - 2 / 3) < 0.01,
      );
      await change("photos", "rollback", true);
      await until(
        () => ask(pods?.query ?? "", 10),
        (found) => valueFor(found, "photos") === 1,
      );
      expect(valueFor(await ask(bundle.runtime.replicasUpdated), "photos")).toBe(2);
      await change("photos", "init-crash-loop", false);
    });
  });

  describe("keeps its pods", () => {
    test("says the same with two kube-state-metrics, and with the newer one alone", async () => {
      const instances = () => ask('up{job="kube-state-metrics"} == 1');
      const [before] = await instances();
      const said = await kubernetesAnswers();
      await change("platform", "second-kube-state-metrics", true);
      await until(
        () => ask('kube_pod_info{tenant="photos"}'),
        (found) => new Set(found.map(({ labels }) => labels.instance)).size === 2,
      );
      expect(await kubernetesAnswers()).toEqual(said);
      await change("platform", "second-kube-state-metrics", false);
      const [after] = await until(instances, (found) => found.length === 1);
      expect(after?.labels.instance).not.toBe(before?.labels.instance);
      expect(await kubernetesAnswers()).toEqual(said);
    });

    test("knows what it can't measure while a kubelet can't be reached: its containers are there, and have no value", async () => {
      const memory = bundle.signals.saturation.lines.find(({ id }) => id === "memory");
      const parts = () => ask(memory?.parts?.query ?? "", 15);
      const podsOn = async (node: string) =>
        (await ask(`kube_pod_info{node="${node}",created_by_kind!="Job",tenant!=""}`)).map(
          ({ labels }) => labels.pod,
        );
      const onB = await podsOn("node-b");
      expect(onB).toContain("weather-0");
      expect((await parts()).map(({ labels }) => labels.container)).toContain(SIDECAR.name);
      await change("node-b", "kubelet-unreachable", true);
      const left = await until(parts, (found) => !found.some(({ labels }) => onB.includes(labels.pod)));
      expect(left.length).toBeGreaterThan(0);
      const objects = await ask(memory?.parts?.objects?.query ?? "");
      for (const pod of onB) expect(objects.map(({ labels }) => labels.pod)).toContain(pod);
      expect(await ask('up{node="node-b",job="node-exporter"} == 1')).toHaveLength(1);
      expect((await ask('kube_node_status_condition{condition="Ready",status="true"} == 1')).length).toBe(2);
      expect(valueFor(await ask("probe_success"), "weather")).toBe(1);
      await change("node-b", "kubelet-unreachable", false);
      await until(parts, (found) => onB.every((pod) => found.some(({ labels }) => labels.pod === pod)));
    });
  });

  test("loses a node with its exporters and pods, and gets it back", async () => {
    await change("node-b", "node-down", true);
    await until(
      () => ask('up{node="node-b"} == 1'),
      (found) => found.length === 0,
    );
    await until(
      () => ask('kube_node_status_condition{node="node-b",status="unknown"}'),
      (found) => found[0]?.value === 1,
    );
    expect(valueFor(await ask("kube_deployment_status_replicas_ready"), "photos")).toBe(1);
    expect(valueFor(await ask("probe_success"), "weather")).toBe(0);
    await change("node-b", "node-down", false);
    await until(
      () => ask("probe_success"),
      (found) => valueFor(found, "weather") === 1,
    );
  });

  test("shows in a component's state when the ingress fails, the storage is slow or nobody can sign in, and when it is over", async () => {
    const stateOf = (id: string) =>
      ask(DEMO_COMPONENTS.components.find((component) => component.id === id)?.state ?? "", 30);
    const becomes = (id: string, value: number) =>
      until(
        () => stateOf(id),
        (found) => found[0]?.value === value,
      );
    for (const { id } of DEMO_COMPONENTS.components) await becomes(id, 1);
    await change("platform", "ingress-errors", true);
    await change("platform", "storage-slow", true);
    await change("platform", "sign-in-down", true);
    await Promise.all(["ingress", "storage", "canary", "identity"].map((id) => becomes(id, 0)));
    await change("platform", "ingress-errors", false);
    await change("platform", "storage-slow", false);
    await change("platform", "sign-in-down", false);
    await Promise.all(DEMO_COMPONENTS.components.map(({ id }) => becomes(id, 1)));
  });

  test("fails for everybody at once without a component that shows why", async () => {
    await change("platform", "all-at-once", true);
    await until(
      () => ask('probe_success{tenant!=""} == 0'),
      (found) => found.length === CAPABILITY_IDS.length,
    );
    const ingress = DEMO_COMPONENTS.components.find(({ id }) => id === "ingress")?.state ?? "";
    expect((await ask(ingress, 30))[0]?.value).toBe(1);
    await change("platform", "all-at-once", false);
    await until(
      () => ask('probe_success{tenant!=""} == 1'),
      (found) => found.length === CAPABILITY_IDS.length,
    );
  });

  test("takes in a guest that is probed, breaks by its route alone, and leaves no series behind", async () => {
    const guest = async (wanted: string) => {
      const response = await fetch(`${platform.controlUrl}/api/guest`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: platform.controlUrl },
        body: JSON.stringify({ guest: wanted }),
      });
      return response.status;
    };
    const probes = () => ask(`probe_success{tenant="${GUEST_ID}"}`);
    const pods = () => ask(`kube_pod_status_ready{tenant="${GUEST_ID}",condition="true"} == 1`);
    expect(await probes()).toEqual([]);
    expect(await guest("routed")).toBe(200);
    await until(probes, ([probe]) => probe?.value === 1);
    expect(await guest("unrouted")).toBe(200);
    await until(probes, ([probe]) => probe?.value === 0);
    expect(await pods()).toHaveLength(1);
    expect(await guest("gone")).toBe(200);
    await until(
      async () => [...(await probes()), ...(await pods())],
      (found) => found.length === 0,
    );
    expect(await guest("everywhere")).toBe(400);
  });

  test("leaves no process behind when it stops", async () => {
    const started = descendants(process.pid).filter(
      ({ command }) => command.includes(dataDir) || /demo\/platform\//.test(command),
    );
    expect(started.length).toBeGreaterThanOrEqual(7);
    await platform.stop();
    const alive = new Set(descendants(process.pid).map(({ pid }) => pid));
    expect(started.filter(({ pid }) => alive.has(pid))).toEqual([]);
  });
});
