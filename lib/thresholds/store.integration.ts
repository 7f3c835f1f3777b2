import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { closeDatabase, database } from "@/lib/infra/db";
import { createPrometheus, type Prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { askHistory } from "./ask-history";
import { backtest } from "./backtest";
import { replayPointsOf } from "./history";
import { previewPart } from "./preview-range";
import { type ThresholdChange, thresholdStore } from "./store";

const photos = mintTenantScope("photos");
const tickets = mintTenantScope("tickets");
const p95 = { signal: "latency", line: "p95" };
const edit = { enabled: true, value: 2, inclusive: false, forSeconds: 60, recoverForSeconds: 120 };
const preview = { range: "7d", stepSeconds: 60, alerts: 3, longestSeconds: 840, mails: 4 };
const change = (part: Partial<ThresholdChange> = {}): ThresholdChange => ({
  to: edit,
  expected: { version: 0 },
  by: "owner@photos.example",
  preview,
  ...part,
});

let testDatabase: TestDatabase;

beforeAll(async () => {
  testDatabase = await freshDatabase();
  await closeDatabase();
  process.env.DATABASE_URL = testDatabase.url;
});
afterAll(async () => {
  await closeDatabase();
  await testDatabase?.drop();
});
beforeEach(async () => {
  await database.prisma.tenant.deleteMany();
  for (const id of ["photos", "tickets"])
    await database.prisma.tenant.create({
      data: {
        id,
        name: id,
        contactAddress: `owner@${id}.example`,
        timeZone: "Europe/Berlin",
        state: "live",
        links: {},
      },
    });
});

describe("a saved threshold", () => {
  test("holds, and is recorded with who, when, from, to and what the preview said", async () => {
    const before = Date.now();
    const saved = await thresholdStore.saveThreshold(photos, p95, change());
    expect(saved).toMatchObject({ kind: "saved", current: { ...edit, version: 1 } });
    expect(await thresholdStore.readSettings(photos)).toEqual([{ ...p95, ...edit, version: 1 }]);
    const [recorded, ...others] = await thresholdStore.readEdits(photos);
    expect(others).toEqual([]);
    expect(recorded).toMatchObject({
      ...p95,
      by: "owner@photos.example",
      from: null,
      to: { ...edit, version: 1 },
      preview,
    });
    expect(Math.abs((recorded?.atMs ?? 0) - before)).toBeLessThan(60_000);
  });

  test("that was saved by somebody else meanwhile is refused, reported, and left as it is", async () => {
    await thresholdStore.saveThreshold(photos, p95, change());
    const late = await thresholdStore.saveThreshold(
      photos,
      p95,
      change({ to: { ...edit, value: 9 }, by: "both@example.org" }),
    );
    expect(late).toMatchObject({
      kind: "conflict",
      current: { value: 2, version: 1 },
      last: { by: "owner@photos.example" },
    });
    expect(await thresholdStore.readSettings(photos)).toMatchObject([{ value: 2, version: 1 }]);
    expect(await thresholdStore.readEdits(photos)).toHaveLength(1);
  });

  test("of many at once has one winner, every time, and one entry in the audit trail", async () => {
    for (let round = 0; round < 5; round += 1) {
      const [now] = await thresholdStore.readSettings(photos);
      const expected = { version: now?.version ?? 0 };
      const results = await Promise.all(
        [3, 4, 5, 6].map((value) =>
          thresholdStore.saveThreshold(
            photos,
            p95,
            change({ to: { ...edit, value: value + round * 10 }, expected }),
          ),
        ),
      );
      expect(results.filter(({ kind }) => kind === "saved")).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === "conflict")).toHaveLength(3);
      expect(await thresholdStore.readEdits(photos)).toHaveLength(round + 1);
    }
  });

  test("that says what holds already changes nothing and records nothing", async () => {
    expect(await thresholdStore.saveThreshold(photos, p95, change({ to: null }))).toEqual({
      kind: "unchanged",
      current: null,
    });
    await thresholdStore.saveThreshold(photos, p95, change());
    const same = await thresholdStore.saveThreshold(photos, p95, change({ expected: { version: 1 } }));
    expect(same).toMatchObject({ kind: "unchanged", current: { version: 1 } });
    expect(await thresholdStore.readEdits(photos)).toHaveLength(1);
  });

  test("gives way to the platform's default, and its version never comes again", async () => {
    await thresholdStore.saveThreshold(photos, p95, change());
    const back = await thresholdStore.saveThreshold(
      photos,
      p95,
      change({ to: null, expected: { version: 1 } }),
    );
    expect(back).toMatchObject({ kind: "saved", current: null, edit: { to: null, from: { version: 1 } } });
    expect(await thresholdStore.readSettings(photos)).toEqual([]);
    const again = await thresholdStore.saveThreshold(photos, p95, change());
    expect(again).toMatchObject({ kind: "saved", current: { version: 3 } });
  });
});

describe("an edit", () => {
  test("is undone by another edit, which is recorded as well and can itself be undone", async () => {
    await thresholdStore.saveThreshold(photos, p95, change());
    await thresholdStore.saveThreshold(
      photos,
      p95,
      change({ to: { ...edit, value: 5 }, expected: { version: 1 } }),
    );
    const [newest] = await thresholdStore.readEdits(photos);
    if (!newest) throw new Error("There is no edit.");
    const undone = await thresholdStore.saveThreshold(
      photos,
      p95,
      change({ to: newest.from, expected: { newestEdit: newest.id } }),
    );
    expect(undone).toMatchObject({ kind: "saved", current: { value: 2, version: 3 } });
    const trail = (await thresholdStore.readEdits(photos)).map(({ from, to }) => [
      from?.value ?? null,
      to?.value ?? null,
    ]);
    expect(trail).toEqual([
      [5, 2],
      [2, 5],
      [null, 2],
    ]);
  });

  test("that is no longer the newest can't be undone, not even when the default holds again as it did then", async () => {
    await thresholdStore.saveThreshold(photos, p95, change());
    await thresholdStore.saveThreshold(photos, p95, change({ to: null, expected: { version: 1 } }));
    const [, first] = await thresholdStore.readEdits(photos);
    if (!first) throw new Error("There is no edit.");
    const undone = await thresholdStore.saveThreshold(
      photos,
      p95,
      change({ to: first.from, expected: { newestEdit: first.id } }),
    );
    expect(undone).toMatchObject({ kind: "conflict", current: null });
  });
});

describe("two tenants", () => {
  test("never see or change each other's thresholds and edits", async () => {
    await thresholdStore.saveThreshold(photos, p95, change());
    await thresholdStore.saveThreshold(
      tickets,
      p95,
      change({ to: { ...edit, value: 7 }, by: "owner@tickets.example" }),
    );
    expect(await thresholdStore.readSettings(photos)).toMatchObject([{ value: 2 }]);
    expect(await thresholdStore.readSettings(tickets)).toMatchObject([{ value: 7 }]);
    expect((await thresholdStore.readEdits(photos)).map(({ by }) => by)).toEqual(["owner@photos.example"]);
    const [theirs] = await thresholdStore.readEdits(tickets);
    if (!theirs) throw new Error("There is no edit.");
    expect(await thresholdStore.readEdit(photos, theirs.id)).toBeNull();
    expect(await thresholdStore.readEdit(tickets, theirs.id)).toEqual(theirs);
    const foreign = { to: null, expected: { newestEdit: theirs.id } };
    expect(await thresholdStore.saveThreshold(photos, p95, change(foreign))).toMatchObject({
      kind: "conflict",
    });
    expect([...(await thresholdStore.readAllSettings()).keys()].sort()).toEqual(["photos", "tickets"]);
  });
});

describe("a line's history", () => {
  const bundle = bundleSchema.parse(parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")));
  const MINUTE_MS = 60_000;
  const TO_MS = Math.floor(Date.now() / 300_000) * 300_000;
  const INCIDENT_MS = TO_MS - 10 * 60 * MINUTE_MS;
  let server: TestPrometheus;
  let client: Prometheus;

  beforeAll(async () => {
    const openMetrics = platformSamples([
      {
        id: "photos",
        fromMs: TO_MS - 26 * 60 * MINUTE_MS,
        toMs: TO_MS,
        slowShare: (atMs) => (atMs > INCIDENT_MS && atMs <= INCIDENT_MS + 30 * MINUTE_MS ? 1 : 0),
        silent: (atMs) => atMs > TO_MS - 60 * MINUTE_MS && atMs <= TO_MS - 40 * MINUTE_MS,
      },
      { id: "tickets", fromMs: TO_MS - 26 * 60 * MINUTE_MS, toMs: TO_MS, slowShare: () => 1 },
    ]);
    server = await startPrometheus({ openMetrics });
    client = createPrometheus({ url: server.url });
  });
  afterAll(() => server?.stop());

  const sources = () => ({ bundle, tenantLabel: "tenant", prometheus: client });
  const partOf = (
    part: number,
    line: { signal: "latency"; line: string } = { signal: "latency", line: "p95" },
  ) => askHistory(sources(), photos, line, previewPart("24h", 30, TO_MS, part));

  test("is read as the evaluator reads: its incident alerts once, and silence is no value", async () => {
    const parts = await Promise.all([partOf(0), partOf(1)]);
    const data = parts.flatMap((part) => (part?.ok ? [part.data] : []));
    expect(data).toHaveLength(2);
    const points = replayPointsOf(data);
    expect(points).toHaveLength(2_881);
    const silent = points.filter(
      ({ atMs }) => atMs > TO_MS - 57 * MINUTE_MS && atMs < TO_MS - 41 * MINUTE_MS,
    );
    expect(silent.every(({ reading }) => reading.kind === "no-data")).toBe(true);

    const { threshold } = bundle.signals.latency.lines[0] ?? {};
    if (!threshold) throw new Error("The default bundle judges p95.");
    const result = backtest(points, { ...threshold, worse: "higher" }, 30);
    expect(result.alerts).toHaveLength(1);
    expect(result.mails).toBe(2);
    const [alert] = result.alerts;
    expect(alert?.firedAtMs).toBeGreaterThan(INCIDENT_MS + 5 * MINUTE_MS);
    expect(alert?.firedAtMs).toBeLessThan(INCIDENT_MS + 8 * MINUTE_MS);
    expect(alert?.endedAtMs).toBeGreaterThan(INCIDENT_MS + 30 * MINUTE_MS);
    expect(alert?.endedAtMs).toBeLessThan(INCIDENT_MS + 45 * MINUTE_MS);
  });

  test("of a line that isn't judged is none at all", async () => {
    expect(await partOf(0, { signal: "latency", line: "p50" })).toBeNull();
    expect(await partOf(0, { signal: "latency", line: "nothing" })).toBeNull();
  });

  test("that can't be asked is a failure, and never an older answer", async () => {
    const dead = createPrometheus({ url: "http://127.0.0.1:9" });
    const answer = await askHistory(
      { ...sources(), prometheus: dead },
      photos,
      { signal: "latency", line: "p95" },
      previewPart("24h", 30, TO_MS, 0),
    );
    expect(answer).toMatchObject({ ok: false, failure: { code: "unreachable" }, last: null });
  });
});
