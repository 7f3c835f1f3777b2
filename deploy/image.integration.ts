import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { access, chmod, cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "@/server/free-port";
import { endLeftovers, RUN_VARIABLE } from "@/setup/leftovers.mjs";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { startTestRelay, type TestRelay } from "@/testing/relay";
import { readDockerfile, variablesOf } from "./manifests";

// What a container engine would do, as far as it goes without one: the files that the Dockerfile's last stage takes, and no others, on
// which the user has no right to write; its environment; its commands; a user who is nobody. What isn't shown here: that the base image
// can be had, `npm prune`, and the limits of capabilities and memory.

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const image = readDockerfile();
const isRoot = process.getuid?.() === 0;
const NOBODY = "65534";

let root: string;
let writable: string;
let database: TestDatabase;
let relay: TestRelay;
const running: ChildProcess[] = [];

beforeAll(async () => {
  await access(`${ROOT}.next/standalone/server.js`).catch(() => {
    throw new Error("There is no build whose server could be started. Run npm run build first.");
  });
  root = await mkdtemp(join(tmpdir(), "image-"));
  for (const { from, to } of image.copies) {
    for (const path of from) {
      const place = to.endsWith("/") ? join(root, to, path) : join(root, to);
      await mkdir(dirname(place), { recursive: true });
      // The packages aren't copied: they are the clone's, which belong to another user than the one that runs here.
      if (path === "node_modules") await symlink(`${ROOT}node_modules`, place);
      else await cp(join(ROOT, path), place, { recursive: true, verbatimSymlinks: true });
    }
  }
  execFileSync("chmod", ["-R", "a-w,a+rX", root]);
  writable = await mkdtemp(join(tmpdir(), "image-tmp-"));
  await chmod(writable, 0o777);
  database = await freshDatabase({ migrated: false });
  relay = await startTestRelay();
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }
});
afterAll(async () => {
  await relay?.stop();
  await database?.drop();
  execFileSync("chmod", ["-R", "u+w", root]);
  await rm(root, { recursive: true });
  await rm(writable, { recursive: true });
});

/** A process as in the container: where the tests run as root, it gives all rights up but that to read. */
function start(command: readonly string[], settings: Record<string, string> = {}) {
  const drop = [
    "setpriv",
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    "--clear-groups",
    "--inh-caps=-all,+dac_read_search",
    "--ambient-caps=-all,+dac_read_search",
  ];
  const [file = "", ...args] = [...(isRoot ? drop : []), ...command];
  const child = spawn(file, args, {
    cwd: root,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      ...variablesOf("kubernetes/settings.env"),
      ...image.env,
      HOME: writable,
      TMPDIR: writable,
      DEFINITIONS_DIR: `${ROOT}deploy/kubernetes/definitions`,
      PROMETHEUS_URL: "http://127.0.0.1:9",
      DATABASE_URL: database.url,
      OIDC_CLIENT_SECRET: "only for this test",
      NEXTAUTH_SECRET: "q8Zr3LxT0vYw7NcKb5HdPj2SfGm9AeUi",
      METRICS_TOKEN: "a-token-for-metrics-1",
      SMTP_URL: relay.url,
      ...settings,
    } as unknown as NodeJS.ProcessEnv,
  });
  running.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said += chunk;
    });
  const closed = once(child, "close");
  return {
    child,
    said: () => said,
    /** Once all that it has written is in said(). */
    ended: async () => {
      await closed;
      return child.exitCode;
    },
  };
}

const ask = (port: number, path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers }).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    () => null,
  );
const until = (condition: () => Promise<void>) => vi.waitFor(condition, { timeout: 60_000, interval: 100 });

test("the image's files can't be written to by who runs there", async () => {
  expect(await start(["touch", join(root, "lib/written")]).ended()).not.toBe(0);
  expect(await start(["touch", join(root, ".next/standalone/written")]).ended()).not.toBe(0);
  expect(await start(["touch", join(writable, "written")]).ended()).toBe(0);
});

test("the init step migrates and applies the definitions, and does nothing the second time", async () => {
  const migrate = ["npm", "run", "--silent", "migrate"];
  const first = start(migrate);
  expect(await first.ended(), first.said()).toBe(0);
  expect(first.said()).toMatch(/^Migrated the database: [\s\S]+\+ tenant example/m);
  const second = start(migrate);
  expect(await second.ended(), second.said()).toBe(0);
  expect(second.said()).toBe("");
});

test("the portal serves: alive, ready, its pages with their styles, its metrics; and ends when it is asked to", async () => {
  const port = await freePort();
  const web = start(image.cmd, { PORT: String(port) });
  await until(async () => expect((await ask(port, "/readyz"))?.status, web.said()).toBe(200));
  expect(await ask(port, "/healthz")).toEqual({ status: 200, text: "ok\n" });
  const page = await ask(port, "/sign-in");
  expect(page?.status).toBe(200);
  const asset = /\/_next\/static\/[^"]+\.css/.exec(page?.text ?? "")?.[0] ?? "none";
  expect(await ask(port, asset)).toMatchObject({ status: 200 });
  expect(await ask(port, "/favicon.ico")).toMatchObject({ status: 200 });
  expect(await ask(port, "/metrics", { authorization: "Bearer a-token-for-metrics-1" })).toMatchObject({
    status: 200,
  });
  expect(await start(["node", "deploy/healthcheck.mjs"], { PORT: String(port) }).ended()).toBe(0);
  web.child.kill("SIGTERM");
  await web.ended();
  expect(await ask(port, "/healthz")).toBeNull();
  expect(await start(["node", "deploy/healthcheck.mjs"], { PORT: String(port) }).ended()).toBe(1);
});

test("the worker works, shows its face, and ends with 0 when it is asked to", async () => {
  const port = await freePort();
  const worker = start(["sh", "server/worker.sh"], { WORKER_PORT: String(port) });
  await until(async () => expect((await ask(port, "/healthz"))?.status, worker.said()).toBe(200));
  expect(await start(["node", "deploy/healthcheck.mjs", String(port)]).ended()).toBe(0);
  expect(await ask(port, "/metrics", { authorization: "Bearer a-token-for-metrics-1" })).toMatchObject({
    status: 200,
  });
  worker.child.kill("SIGTERM");
  expect(await worker.ended(), worker.said()).toBe(0);
});

test("npm start runs both, and a stop signal to npm ends both", async () => {
  const [port, workerPort] = [await freePort(), await freePort()];
  const run = randomUUID();
  try {
    const both = start(["npm", "start", "--silent", "--", "-H", "127.0.0.1", "-p", String(port)], {
      WORKER_PORT: String(workerPort),
      [RUN_VARIABLE]: run,
    });
    await until(async () => {
      expect((await ask(port, "/readyz"))?.status, both.said()).toBe(200);
      expect((await ask(workerPort, "/healthz"))?.status, both.said()).toBe(200);
    });
    both.child.kill("SIGTERM");
    expect(await both.ended(), both.said()).toBe(0);
    expect([await ask(port, "/healthz"), await ask(workerPort, "/healthz")]).toEqual([null, null]);
  } finally {
    await endLeftovers(run, 0);
  }
});

test("nothing was left in the image's own folders", async () => {
  expect((await readdir(root)).sort()).toEqual(
    [
      ".next",
      "alerting",
      "bin",
      "deploy",
      "lib",
      "node_modules",
      "package.json",
      "prisma",
      "server",
      "tsconfig.json",
    ].sort(),
  );
});
