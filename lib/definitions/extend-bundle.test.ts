import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { presetNames } from "./extend-bundle";
import { formatProblem } from "./problem";
import { readDefinitions } from "./read-definitions";

const TENANT = "id: photos\nname: Photos\ncontactAddress: a@photos.example\ntimeZone: UTC\nstate: live\n";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
  await writeFile(join(folder, "tenants.yaml"), `tenants:\n- ${TENANT.trim().replaceAll("\n", "\n  ")}\n`);
});
afterEach(() => rm(folder, { recursive: true }));

async function read(bundle: string, tenantLabel = "tenant") {
  await writeFile(join(folder, "bundle.yaml"), bundle);
  const result = await readDefinitions(folder, { tenantLabel });
  const problems = result.ok
    ? []
    : result.problems.map((each) => formatProblem(each).replaceAll(`${folder}/`, ""));
  return { bundle: result.ok ? result.definitions.bundle : null, problems };
}

const standard = async () => parse(await readFile("lib/definitions/defaults/bundle.yaml", "utf8"));

test("every preset is a bundle that passes the check, whatever the tenant label is called", async () => {
  for (const name of await presetNames())
    for (const label of ["tenant", "capability_id"])
      expect({ name, problems: (await read(`extends: ${name}\n`, label)).problems }).toEqual({
        name,
        problems: [],
      });
});

test("a file that extends kubernetes and says nothing else is the standard bundle", async () => {
  const { bundle } = await read("extends: kubernetes\n");
  await rm(join(folder, "bundle.yaml"));
  const without = await readDefinitions(folder, { tenantLabel: "tenant" });
  expect(without.ok && without.definitions.bundle).toEqual(bundle);
});

test("what stands in the file replaces the preset's, key by key and line by line", async () => {
  const { bundle } = await read(`extends: traefik
scrapeIntervalSeconds: 30
signals:
  latency:
    lines:
      - id: p95
        threshold: { value: 2.5 }
      - id: p90
        label: p90
        query: max by ($tenant) (traefik_service_open_connections)
`);
  const base = await standard();
  expect(bundle?.scrapeIntervalSeconds).toBe(30);
  const latency = bundle?.signals.latency;
  expect(latency?.title).toBe(base.signals.latency.title);
  expect(latency?.lines.map(({ id }) => id)).toEqual([
    ...base.signals.latency.lines.map(({ id }: { id: string }) => id),
    "p90",
  ]);
  const p95 = latency?.lines.find(({ id }) => id === "p95");
  const { forSeconds, recoverForSeconds } = base.signals.latency.lines[0].threshold;
  expect(p95?.threshold).toEqual({ value: 2.5, inclusive: false, forSeconds, recoverForSeconds });
  expect(p95?.query).toContain("traefik_service_request_duration_seconds_bucket");
  expect(bundle?.signals.saturation).toBeDefined();
});

test("another query loses the highest value and the breakdown of the one that it replaces, and may name its own", async () => {
  const lineOf = async (more: string) => {
    const { bundle } = await read(
      `extends: traefik\nsignals:\n  latency:\n    lines:\n      - id: p95\n        ${more}\n`,
    );
    return bundle?.signals.latency.lines.find(({ id }) => id === "p95");
  };
  expect((await lineOf("label: 95 of 100"))?.highest).toContain("traefik_service_request_duration_seconds");
  expect((await lineOf("query: max by ($tenant) (slowest_seconds)"))?.highest).toBeUndefined();
  const own = await lineOf(
    "query: max by ($tenant) (slowest_seconds)\n        highest: max by ($tenant) (0 * slowest_seconds + 9)",
  );
  expect(own?.highest).toContain("9");
  expect((await lineOf("label: 95 of 100"))?.breakdown).toMatchObject({ by: ["service"] });
  expect((await lineOf("query: max by ($tenant) (slowest_seconds)"))?.breakdown).toBeUndefined();
});

test("null takes away what may be left out", async () => {
  const { bundle } = await read("extends: kubernetes\nsignals:\n  latency:\n    traffic: null\n");
  expect(bundle?.signals.latency.traffic).toBeUndefined();
  const { problems } = await read("extends: kubernetes\nsignals:\n  latency: null\n");
  expect(problems.join("\n")).toContain("signals.latency");
});

test("a problem stands where its file has it, also in a line that has another place there", async () => {
  const lines = `extends: kubernetes
signals:
  latency:
    lines:
      - id: p99
        query: sum(http_requests)
      - id: p95
        threshold: { value: -1 }
`;
  const { problems } = await read(`${lines}        treshold: 1\n`);
  expect(problems[0]).toMatch(/^bundle\.yaml:9: signals\.latency\.lines\[1\]\.treshold: is not a known key/);
  const right = await read(lines);
  expect(right.problems[0]).toMatch(
    /^bundle\.yaml:6: signals\.latency\.lines\[0\]\.query: sum in the query mixes/,
  );
  expect(right.problems[1]).toMatch(/^bundle\.yaml:8: signals\.latency\.lines\[1\]\.threshold\.value: is -1/);
});

test.each([
  ["extends: traefk\n", "Did you mean traefik?"],
  ["extends: 7\n", "There are caddy, envoy"],
  ["extends: [kubernetes]\n", "a list is no preset"],
  ["extends: ../defaults/bundle\n", "is no preset"],
])("refuses a preset that there isn't: %j", async (bundle, message) => {
  const { problems } = await read(bundle);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("bundle.yaml:1: extends: ");
  expect(problems[0]).toContain(message);
});
