import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { DatabaseUnusableError, waitForDatabase } from "./wait-for-database";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ENVIRONMENT = {
  PROMETHEUS_URL: "http://127.0.0.1:9090",
  OIDC_ISSUER: "http://127.0.0.1:4000",
  OIDC_CLIENT_ID: "watchpost",
  OIDC_CLIENT_SECRET: "a client's secret",
  NEXTAUTH_URL: "http://127.0.0.1:3000",
  NEXTAUTH_SECRET: "q8Zr3LxT0vYw7NcKb5HdPj2SfGm9AeUi",
  DEFINITIONS_DIR: "",
};
const PHOTOS =
  "tenants:\n  - id: photos\n    name: Photos\n    contactAddress: owner@photos.example\n    timeZone: UTC\n    state: live\n";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "launch-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/**
 * The real launcher with a command, in a folder of its own, so that an embedded database is no developer's.
 */
const launch = (env: Record<string, string>, ...command: string[]) => launcher(env, ["--", ...command]);

function launcher(env: Record<string, string>, args: string[]) {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), `${ROOT}server/launch.ts`, ...args],
    {
      cwd: folder,
      env: { ...process.env, TSX_TSCONFIG_PATH: `${ROOT}tsconfig.json`, DATABASE_URL: "", ...env },
    },
  );
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, out, err }));
  });
  return { child, ended };
}

const node = (script: string) => [process.execPath, "-e", script];

describe("launch", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await freshDatabase({ migrated: false });
  });
  afterEach(() => database.drop());

  test("migrates, applies the definitions, runs the command with the database's URL and ends with its code", async () => {
    await writeFile(join(folder, "tenants.yaml"), PHOTOS);
    const env = { ...ENVIRONMENT, DATABASE_URL: database.url, DEFINITIONS_DIR: folder };
    const { code, out, err } = await launch(
      env,
      ...node("process.stdout.write(process.env.DATABASE_URL); process.exitCode = 7"),
    ).ended;
    expect({ code, out }).toEqual({ code: 7, out: database.url });
    expect(err).toMatch(/^Migrated the database: .+\n\+ tenant photos \(Photos, live\)\n/);

    const again = await launch(env, ...node("")).ended;
    expect(again).toEqual({ code: 0, out: "", err: "" });
  });

  test("ends with its command, also where it has just migrated", async () => {
    const { ended } = launcher({ DATABASE_URL: database.url }, [
      "--database-only",
      "--",
      ...node("process.stdout.write(String(Date.now()))"),
    ]);
    const { code, out, err } = await ended;
    expect(Date.now() - Number(out)).toBeLessThan(5_000);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^Migrated the database: /) });
  });

  test("ends with 1 before anything starts when the environment is wrong, naming the variables", async () => {
    const { code, err } = await launch(
      { ...ENVIRONMENT, PROMETHEUS_URL: "hunter2", NEXTAUTH_SECRET: "" },
      ...node("console.log('ran')"),
    ).ended;
    expect({ code, err }).toEqual({
      code: 1,
      err: "PROMETHEUS_URL is not an http(s) URL.\nNEXTAUTH_SECRET is not set.\n",
    });
    await expect(access(join(folder, ".data"))).rejects.toThrow();
  });

  test("ends with 1 when the definitions are bad, with file and line, and runs nothing", async () => {
    await writeFile(join(folder, "tenants.yaml"), PHOTOS.replace("live", "lve"));
    const { code, out, err } = await launch(
      { ...ENVIRONMENT, DATABASE_URL: database.url, DEFINITIONS_DIR: folder },
      ...node("console.log('ran')"),
    ).ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(
      `${folder}/tenants.yaml:6: tenants[0].state: is "lve". Write one of onboarding, live, ended.`,
    );
  });

  test("ends with 1 when the database refuses the password, naming the host and never the password", async () => {
    const url = new URL(database.url);
    url.password = "hunter2";
    const { code, err } = await launch({ ...ENVIRONMENT, DATABASE_URL: url.href }, ...node("")).ended;
    expect(code).toBe(1);
    expect(err).toBe(
      `The database ${url.pathname.slice(1)} on ${url.host} refuses the user or the password in DATABASE_URL.\n`,
    );
  });

  test("ends with 1 when the command doesn't exist", async () => {
    const { code, err } = await launcher({ DATABASE_URL: database.url }, [
      "--database-only",
      "--",
      "no-such-command",
    ]).ended;
    expect(code).toBe(1);
    // EACCES where PATH names a folder that this user may not look into.
    expect(err).toMatch(/The command no-such-command can't be run: .*(ENOENT|EACCES)/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "passes %s on once, lets the command finish with its database, and stops the embedded database after it",
    async (signal) => {
      const pg = import.meta.resolve("pg");
      await writeFile(
        join(folder, "command.mjs"),
        `import { writeFileSync } from "node:fs";
        import pg from ${JSON.stringify(pg)};
        setInterval(() => {}, 1000);
        let signals = 0;
        process.on(${JSON.stringify(signal)}, async () => {
          if (++signals > 1) return;
          const client = new pg.Client(process.env.DATABASE_URL);
          await client.connect();
          const { rows } = await client.query("SELECT 'still here' AS said");
          await client.end();
          writeFileSync("goodbye", rows[0].said + " " + signals);
          process.exit();
        });
        writeFileSync("url", process.env.DATABASE_URL);`,
      );
      const { child, ended } = launch(ENVIRONMENT, process.execPath, "command.mjs");
      const url = () => readFile(join(folder, "url"), "utf8").catch(() => "");
      await expect.poll(url, { timeout: 90_000 }).toMatch(/^postgresql:/);
      // A terminal sends it to the whole group and npm passes it on again: twice at least.
      child.kill(signal);
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 0 });
      expect(await readFile(join(folder, "goodbye"), "utf8")).toBe("still here 1");
      await expect(new Client({ connectionString: await url() }).connect()).rejects.toThrow(/ECONNREFUSED/);
    },
  );
});

test("asked to stop while it waits for a database that says nothing ends with 0, at once", async () => {
  const sockets = new Set<Socket>();
  let connected = 0;
  const silent = createServer((socket) => {
    connected += 1;
    sockets.add(socket);
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(silent, "listening");
  try {
    const { port } = silent.address() as AddressInfo;
    const url = `postgresql://w:secret@127.0.0.1:${port}/watchpost`;
    const { child, ended } = launcher({ DATABASE_URL: url }, ["--database-only", "--", "true"]);
    await expect.poll(() => connected, { timeout: 60_000 }).toBeGreaterThan(0);
    const begunMs = performance.now();
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0 });
    expect(performance.now() - begunMs).toBeLessThan(10_000);
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});

test("stops its command and ends with 1 when the embedded database is killed, and says so", async () => {
  await writeFile(
    join(folder, "command.mjs"),
    `import { writeFileSync } from "node:fs";
    setInterval(() => {}, 1000);
    process.on("SIGTERM", () => process.exit(0));
    writeFileSync("running", "");`,
  );
  const { ended } = launch(ENVIRONMENT, process.execPath, "command.mjs");
  const pid = () => readFile(join(folder, ".data/postgres/data/postmaster.pid"), "utf8").catch(() => "");
  await expect
    .poll(
      () =>
        access(join(folder, "running")).then(
          () => true,
          () => false,
        ),
      { timeout: 90_000 },
    )
    .toBe(true);
  process.kill(Number((await pid()).split("\n")[0]), "SIGKILL");
  const { code, err } = await ended;
  expect(code).toBe(1);
  expect(err).toContain("The embedded database has ended.");
});

describe("waitForDatabase", () => {
  test("gives up in time on a database that doesn't answer, naming the host and never the password", async () => {
    const lines: string[] = [];
    const attempt = waitForDatabase("postgresql://w:hunter2@127.0.0.1:1/gone", {
      timeoutMs: 600,
      report: (line) => lines.push(line),
    });
    await expect(attempt).rejects.toThrow(
      new DatabaseUnusableError(
        "The database gone on 127.0.0.1:1 did not answer within 0.6 s (ECONNREFUSED).",
      ),
    );
    expect(lines).toEqual(["Waiting for the database on 127.0.0.1:1 (ECONNREFUSED)."]);
  });

  test("says at once that a database of that name is missing", async () => {
    const database = await freshDatabase();
    try {
      const url = new URL(database.url);
      url.pathname = "/nowhere";
      const attempt = waitForDatabase(url.href, { timeoutMs: 60_000, report: () => {} });
      await expect(attempt).rejects.toThrow(
        /^The database nowhere on .+ does not exist on that server; create it first/,
      );
    } finally {
      await database.drop();
    }
  });
});
