import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "@/server/free-port";
import { freshDatabase } from "@/testing/postgres";
import { startScriptedRelay } from "@/testing/scripted-relay";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PHOTOS = `  - id: photos
    name: Photo Library
    contactAddress: owner@photos.example
    timeZone: Europe/Berlin
    state: live
`;
const TICKETS = PHOTOS.replaceAll("photos", "tickets").replace("Photo Library", "Ticket Desk");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "definitions-"));
  await write(PHOTOS);
});
afterEach(() => rm(folder, { recursive: true }));

const write = (tenants: string) => writeFile(join(folder, "tenants.yaml"), `tenants:\n${tenants}`);

/** Runs the real command, with no more of the environment than is given. @param preload what Node.js loads before it */
function definitions(args: string[], env: Record<string, string> = {}, preload: string[] = []) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(
      process.execPath,
      ["--import", "tsx", ...preload, "bin/definitions.ts", ...args],
      { cwd: ROOT, env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "test", ...env } },
      (error, out, err) =>
        resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, err }),
    );
  });
}

describe("npm run definitions -- check", () => {
  test("needs no database and says that good files are fine", async () => {
    expect(await definitions(["check", folder])).toEqual({
      code: 0,
      out: `${folder}: 1 tenant, the bundle, the platform and its components are fine.\n`,
      err: "",
    });
  });

  test("ends with 1 and one line for each problem: file, line, path, value and what would be right", async () => {
    await write(PHOTOS.replace("Europe/Berlin", "Europe/Berln").replace("live", "alive"));
    const { code, out, err } = await definitions(["check", folder]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.split("\n")).toEqual([
      `${folder}/tenants.yaml:5: tenants[0].timeZone: "Europe/Berln" is not a time zone of the IANA database. Did you mean Europe/Berlin?`,
      `${folder}/tenants.yaml:6: tenants[0].state: is "alive". Write one of onboarding, live, ended. Did you mean live?`,
      `2 problems in ${folder}.`,
      "",
    ]);
  });

  test("takes an address whose domain is outside ASCII, and asks the relay about letters before the @", async () => {
    await write(PHOTOS.replace("owner@photos", "owner@bücher"));
    expect(await definitions(["check", folder])).toMatchObject({ code: 0, err: "" });
    await write(PHOTOS.replace("owner@", "jürgen@"));
    expect(await definitions(["check", folder])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Warning: the contact address of photos has letters .* With SMTP_URL set/),
    });
    const relay = await startScriptedRelay({ greeting: "220 relay.example ESMTP", offers: ["8BITMIME"] });
    try {
      const { code, out, err } = await definitions(["check", folder], { SMTP_URL: relay.url });
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toMatch(/^photos: contactAddress "jürgen@photos\.example" .*SMTPUTF8.*\n1 problem in /);
      const applied = await definitions(["apply", folder], {
        SMTP_URL: relay.url,
        DATABASE_URL: "postgresql://127.0.0.1:9/nothing",
      });
      expect(applied).toMatchObject({
        code: 1,
        err: expect.stringMatching(/SMTPUTF8.*\n.*Nothing was changed/),
      });
    } finally {
      await relay.stop();
    }
  });

  test("tries the queries with the tenant label of the environment, and refuses a wrong one", async () => {
    expect((await definitions(["check", folder], { TENANT_LABEL: "capability" })).code).toBe(0);
    const { code, err } = await definitions(["check", folder], { TENANT_LABEL: "a-b" });
    expect({ code, err }).toEqual({ code: 2, err: "TENANT_LABEL is not a Prometheus label name.\n" });
  });
});

describe("npm run definitions -- check-metrics", () => {
  const metrics = (done: number) =>
    `# TYPE migration_items_done gauge\nmigration_items_done{job_name="m"} ${done}\n# TYPE migration_items_expected gauge\nmigration_items_expected{job_name="m"} 10\n# TYPE migration_errors_total counter\nmigration_errors_total{job_name="m"} 0\n`;

  test("judges what an address answers, and ends with 1 where something is wrong", async () => {
    let body = metrics(4);
    const server = createServer((request, response) => {
      if (request.url === "/moved") response.writeHead(302, { location: "/metrics" }).end();
      else response.writeHead(200, { "content-type": "text/plain" }).end(body);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${port}/metrics`;
    try {
      expect(await definitions(["check-metrics", url])).toEqual({
        code: 0,
        out: `${url}: the portal can show this.\n`,
        err: "",
      });
      body = metrics(11);
      expect(await definitions(["check-metrics", url])).toEqual({
        code: 1,
        out: "",
        err: `${url}:2: wrong: migration_items_done is 11, more than migration_items_expected (10).\n1 thing is wrong.\n`,
      });
      const moved = await definitions(["check-metrics", `http://127.0.0.1:${port}/moved`]);
      expect(moved).toMatchObject({ code: 2, err: expect.stringContaining("answers with 302") });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(await definitions(["check-metrics", url])).toEqual({
      code: 2,
      out: "",
      err: `Nothing answers at ${url}.\n`,
    });
  });

  test("judges a textfile, too", async () => {
    const file = join(folder, "migration.prom");
    await writeFile(file, metrics(4));
    expect((await definitions(["check-metrics", file])).code).toBe(0);
    expect((await definitions(["check-metrics", join(folder, "none.prom")])).code).toBe(2);
  });
});

describe("npm run definitions -- apply", () => {
  test("prints the plan, applies it, refuses to remove a tenant, and ends one by name", async () => {
    const database = await freshDatabase();
    try {
      const apply = (...args: string[]) =>
        definitions(["apply", folder, ...args], { DATABASE_URL: database.url });
      const dry = await apply("--dry-run");
      expect(dry.out).toBe(
        "+ tenant photos (Photo Library, live)\n+ bundle\n+ platform\n+ components\n= 0 tenants unchanged\nNothing was changed: this was a dry run.\n",
      );
      await write(PHOTOS + TICKETS);
      expect(await apply()).toMatchObject({
        code: 0,
        out: expect.stringMatching(/\+ tenant tickets .*\nApplied\.\n$/s),
      });
      expect(await apply()).toMatchObject({ code: 0, out: "= 2 tenants unchanged\nNothing to change.\n" });

      await write(PHOTOS.replace("Photo Library", "Photos"));
      const refused = await apply();
      expect(refused).toMatchObject({ code: 1, out: "" });
      expect(refused.err).toMatch(
        /^The tenant tickets \(Ticket Desk, live\) .* --remove tickets.*\nNothing was changed\.\n$/s,
      );
      expect(await apply("--remove", "tickets")).toMatchObject({
        code: 0,
        out: '~ tenant photos\n    name: "Photo Library" -> "Photos"\n- tenant tickets (live -> ended; all that its owner has stays)\n= 0 tenants unchanged\nApplied.\n',
      });
    } finally {
      await database.drop();
    }
  });

  test("says where a tenant still stands in the database, and that nothing is left where it doesn't", async () => {
    const database = await freshDatabase();
    try {
      const environment = { DATABASE_URL: database.url };
      expect(await definitions(["left", "photos"], environment)).toEqual({
        code: 0,
        out: "Nothing in the database names photos.\n",
        err: "",
      });
      expect((await definitions(["apply", folder], environment)).code).toBe(0);
      expect(await definitions(["left", "photos"], environment)).toEqual({
        code: 1,
        out: "",
        err: "tenant: 1 row\n",
      });
    } finally {
      await database.drop();
    }
  });

  test("ends with 2 and names the database, never its password, when it can't be reached or has no tables", async () => {
    const unreachable = await definitions(["apply", folder], {
      DATABASE_URL: "postgresql://w:hunter2@127.0.0.1:1/gone",
    });
    expect(unreachable.code).toBe(2);
    expect(unreachable.err).toMatch(/^The database gone on 127\.0\.0\.1:1 could not be used: .+\n$/);
    expect(unreachable.err).not.toContain("hunter2");

    const database = await freshDatabase({ migrated: false });
    try {
      const empty = await definitions(["apply", folder], { DATABASE_URL: database.url });
      expect(empty).toMatchObject({
        code: 2,
        err: expect.stringMatching(/has no tables yet\. Start the portal on it once/),
      });
    } finally {
      await database.drop();
    }
  });
});

describe("npm run definitions", () => {
  test.each([["apply"], ["left"]])(
    "%s doesn't take a mistake in the code for the database: its stack comes out",
    async (command) => {
      const nowhere = { DATABASE_URL: "postgresql://w:hunter2@127.0.0.1:1/gone" };
      const args = [command, command === "apply" ? folder : "photos"];
      expect(await definitions(args, nowhere)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/^The database gone on 127\.0\.0\.1:1 could not be used: /),
      });
      const { code, err } = await definitions(args, nowhere, [
        "--import",
        "./testing/mistake-in-connect.mjs",
      ]);
      expect(code).toBe(1);
      expect(err).toMatch(/TypeError: a mistake in our code\n(?: {4}at .+\n)* {4}at .+commands\.ts:/);
      expect(err).not.toContain("could not be used");
    },
  );

  test.each([
    [[], "Say check, apply, doctor, whoami, left, check-metrics or schema."],
    [["chek", "x"], "There is no command chek."],
    [["check"], "check takes one folder."],
    [["left"], "left takes one tenant's id."],
    [["apply", "a", "b"], "apply takes one folder."],
    [["check", "a", "--dry-run"], "--dry-run, --remove and --delete belong to apply."],
    [["apply", "a", "--force"], "Unknown option '--force'."],
  ])("ends with 2 and says how it is used: %j", async (args, message) => {
    const { code, err } = await definitions(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain("npm run definitions -- --help");
  });

  test("explains itself, exit codes included", async () => {
    const { code, out } = await definitions(["--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/check PATH.*apply PATH.*--dry-run.*--remove ID.*schema.*Exit codes: 0 .* 1 .* 2 /s);
  });
});
