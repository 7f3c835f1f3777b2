import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { writeDefinitions } from "../definitions";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ISSUE = "http://127.0.0.1:3070/example/infra/issues/83";

let dataDir: string;
let definitionsDir: string;
let database: TestDatabase;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "watchpost-calendar-"));
  database = await freshDatabase();
  definitionsDir = await writeDefinitions({
    dataDir,
    capabilityUrls: {},
    repositoryUrl: "http://127.0.0.1:3070/example/infra",
    walks: false,
  });
  await announce(database.url);
});
afterAll(async () => {
  await database?.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** What the demo writes once it runs. */
const announce = (url: string) =>
  writeFile(
    path.join(dataDir, "running.json"),
    JSON.stringify({ database: url, portalEnvironment: { DEFINITIONS_DIR: definitionsDir } }),
  );

/** The real command, as npm run demo starts it. */
function calendar(
  args: string[],
  demoDataDir = dataDir,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["demo/start.mjs", "calendar", ...args],
      { cwd: ROOT, env: { ...process.env, DEMO_DATA_DIR: demoDataDir, DATABASE_URL: "" } },
      (error, out, err) =>
        resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, err }),
    );
  });
}

async function rows(): Promise<Record<string, unknown>> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows: found } = await client.query("SELECT id, leaving FROM tenant ORDER BY id");
  await client.end();
  return Object.fromEntries(found.map(({ id, leaving }) => [id, leaving]));
}

const dayIn = (days: number, fromMs = Date.now()) =>
  new Date(fromMs + days * 86_400_000).toISOString().slice(0, 10);
/** A day so many days from now, and maybe a time of it; midnight may have passed since a test began. */
const inDays = (days: number, beganMs: number, rest = "") =>
  expect.stringMatching(new RegExp(`^(${dayIn(days, beganMs)}|${dayIn(days)})${rest}`));
const evictionOf = async () => ((await rows()).pottery as { eviction: object }).eviction;

describe("npm run demo -- calendar", () => {
  test("puts the leaving tenant's clock ahead and back, and touches nothing else of it and no other tenant", async () => {
    const beganMs = Date.now();
    const { code, out, err } = await calendar(["13"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^pottery: Read-only since .* CES?T\. 2\d days \d\d:\d\d:\d\d left to export\.\n$/);
    expect(await evictionOf()).toEqual({ from: inDays(-1, beganMs, "$"), issueUrl: ISSUE, pauses: [] });

    expect((await calendar(["paused"])).out).toMatch(
      /^pottery: Paused since .* The export tool is down\.\n$/,
    );
    expect(await evictionOf()).toMatchObject({
      from: inDays(-10, beganMs, "$"),
      issueUrl: ISSUE,
      pauses: [{ from: inDays(-1, beganMs, "T"), reason: "The export tool is down." }],
    });

    expect((await calendar(["reset"])).out).toMatch(/^pottery: Announced: it doesn't serve from /);
    expect(await evictionOf()).toEqual({ from: inDays(12, beganMs, "$"), issueUrl: ISSUE, pauses: [] });
    const { pottery, ...others } = await rows();
    expect(pottery).toMatchObject({ exportTool: { contains: expect.stringContaining("all courses") } });
    expect(others).toEqual({ canary: {}, photos: {}, tickets: {}, weather: {} });
  });

  test("lists its steps with what is seen in each, and where the tenant stands now", async () => {
    const { code, out } = await calendar(["list"]);
    expect(code).toBe(0);
    for (const step of ["announced", "last-minute", "read-only", "paused", "last-export-minute", "deleted"])
      expect(out).toMatch(new RegExp(`^ {2}${step} +\\w.*\\.$`, "m"));
    expect(out).toMatch(/\nNow: Announced: it doesn't serve from .*\n$/);
  });

  test("ends with 1 and a sentence where the step or the demo isn't there", async () => {
    expect(await calendar(["tomorrow"])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^The calendar goes to one of/),
    });
    expect(await calendar([])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Usage: npm run demo -- calendar/),
    });
    const elsewhere = path.join(dataDir, "elsewhere");
    expect(await calendar(["13"], elsewhere)).toMatchObject({
      code: 1,
      err: "The demo doesn't run here. Start it first with: npm run demo\n",
    });
  });

  test("leaves the definitions as they were where they can't be applied", async () => {
    const file = path.join(definitionsDir, "tenants", "pottery.yaml");
    const before = await readFile(file, "utf8");
    await announce("postgresql://nobody@127.0.0.1:1/nothing");
    const { code, err } = await calendar(["deleted"]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^The definitions could not be applied\. The database nothing on 127\.0\.0\.1:1 could not be used/,
    );
    expect(await readFile(file, "utf8")).toBe(before);
  });
});
