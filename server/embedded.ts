import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { isDatabaseError } from "@/lib/infra/database-error";
import {
  type Binaries,
  EmbeddedPostgresError,
  prepareBinaries,
  readIfThere,
  runTool,
} from "./embedded-binaries";

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
const ROLE = "watchpost";

export type EmbeddedPostgres = {
  url: string;
  /** Resolves when the server has ended, if this process started it; undefined where another did. */
  ended?: Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts a real PostgreSQL on 127.0.0.1 with its data in a folder, or takes over one that already runs there.
 *
 * The folder holds `data/` (the cluster), `password` (mode 600), `log` and `owner` (the process that will
 * stop the server). The one role that may sign in isn't a superuser.
 * @param port preferred; a free one is taken where it is in use or not given
 * @param durable false trades crash safety for speed: for tests only
 * @param shared any user of the server may stop it; otherwise only its owner does, and stop() of the others
 * does nothing
 * @param programs the folder of another PostgreSQL's programs, such as Debian's
 * @throws EmbeddedPostgresError in one sentence
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  port?: number;
  durable?: boolean;
  shared?: boolean;
  programs?: string;
}): Promise<EmbeddedPostgres> {
  try {
    return await startOrTakeOver(options);
  } catch (error) {
    throw unwritableFolder(error) ?? error;
  }
}

/** What a file system that is full, read-only or another user's says, and a file in a folder's place. */
const UNWRITABLE = new Set(["EROFS", "EACCES", "EPERM", "ENOTDIR", "ENOSPC", "EDQUOT", "EMFILE"]);

function unwritableFolder(error: unknown): EmbeddedPostgresError | null {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined || !UNWRITABLE.has(code)) return null;
  return new EmbeddedPostgresError(
    `The embedded database can't write to ${path} (${code}). Make the folder writable, or set DATABASE_URL.`,
    { cause: error },
  );
}

async function startOrTakeOver(
  options: Parameters<typeof startEmbeddedPostgres>[0],
): Promise<EmbeddedPostgres> {
  const home = resolve(options.dataDir);
  // Of a read-only file system Node says ENOENT where it makes several folders, and EROFS where it makes one.
  await mkdir(dirname(home), { recursive: true }).catch(() => mkdir(dirname(home)));
  const binaries = await prepareBinaries(dirname(home), options.programs);
  await createCluster(home, binaries, options.durable ?? true);
  const password = await readFile(join(home, "password"), "utf8");
  const urlOn = (port: number) => `postgresql://${ROLE}:${password}@127.0.0.1:${port}/${ROLE}`;

  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  let wantedPort = options.port;
  for (;;) {
    const running = await runningServer(home);
    if (running) {
      try {
        await untilReady(urlOn(running.port), home, deadlineMs);
      } catch (error) {
        if (await runningServer(home)) throw error;
        continue; // it was stopped while we looked at it
      }
      const ours = options.shared || !(await ownerLives(home));
      if (ours && !options.shared) await claim(home);
      return { url: urlOn(running.port), stop: async () => (ours ? stopServer(home, binaries) : undefined) };
    }
    const port = await usablePort(wantedPort);
    const server = await spawnServer(home, binaries, port, options.durable ?? true);
    const outcome = await Promise.race([
      server.exited.then(() => "exited" as const),
      untilReady(urlOn(port), home, deadlineMs).then(() => "ready" as const),
    ]).catch(async (error) => {
      await stopServer(home, binaries);
      throw error;
    });
    if (outcome === "ready") {
      if (!options.shared) await claim(home);
      return { url: urlOn(port), ended: server.exited, stop: () => stopServer(home, binaries) };
    }
    // Somebody else won the port or this very folder, or the rest of a killed server still holds its memory:
    // all of them pass, so look again until the time is up.
    if (Date.now() > deadlineMs) throw new EmbeddedPostgresError(await whyItEnded(home));
    if (!/in use|already exists|is another postmaster|starting up/i.test(await logTail(home))) {
      throw new EmbeddedPostgresError(await whyItEnded(home));
    }
    wantedPort = undefined;
    await sleep(POLL_MS * 4);
  }
}

/**
 * Makes the cluster in a folder beside its place and moves it there whole: a start that was cut short leaves
 * nothing behind.
 */
async function createCluster(home: string, binaries: Binaries, durable: boolean): Promise<void> {
  if (await readIfThere(join(home, "data", "PG_VERSION"))) return;
  const draft = await mkdtemp(`${home}.new-`);
  try {
    // The server's user passes through this folder to its own; it can't list it or read the password.
    const folder = await open(draft, "r");
    await folder.chmod(0o711);
    await folder.close();
    const data = join(draft, "data");
    await mkdir(data, { mode: 0o700 });
    if (binaries.owner) await chown(data, binaries.owner.uid, binaries.owner.gid);

    const password = randomBytes(24).toString("base64url");
    await writeFile(join(draft, "password"), password, { mode: 0o600 });
    await expectSuccess(
      binaries.command("initdb", [
        `--pgdata=${data}`,
        "--username=postgres",
        "--auth=reject",
        "--encoding=UTF8",
        "--no-locale",
        "--no-instructions",
        ...(durable ? [] : ["--no-sync"]),
      ]),
    );
    // Asked on standard input, not on a command line, where every user of the machine could read the
    // password.
    await expectSuccess(
      binaries.command("postgres", ["--single", "-D", data, "-c", "log_min_messages=error", "postgres"]),
      `CREATE ROLE ${ROLE} LOGIN CREATEDB PASSWORD '${password}'\nCREATE DATABASE ${ROLE} OWNER ${ROLE}\n`,
    );
    await writeFile(join(data, "pg_hba.conf"), `host all ${ROLE} 127.0.0.1/32 scram-sha-256\n`);
    await rename(draft, home).catch((error: NodeJS.ErrnoException) => {
      // Another start was first; its cluster counts.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function expectSuccess(command: ReturnType<Binaries["command"]>, input = ""): Promise<void> {
  const { code, output } = await runTool(command, input);
  if (code === 0 && !/^ERROR|^FATAL/m.test(output)) return;
  throw new EmbeddedPostgresError(`The embedded database could not be created: ${output.trim()}`);
}

/** The server that runs on this folder, by PostgreSQL's own pid file; a stale file is removed. */
async function runningServer(home: string): Promise<{ pid: number; port: number } | undefined> {
  const file = join(home, "data", "postmaster.pid");
  const lines = (await readIfThere(file)).split("\n");
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (await isPostgres(pid)) return { pid, port };
  // After a crash the number may belong to any other process, and PostgreSQL would then refuse to start
  // beside it.
  await rm(file, { force: true });
  return undefined;
}

async function isPostgres(pid: number): Promise<boolean> {
  if (!lives(pid)) return false;
  if (process.platform === "win32") return true;
  const command =
    process.platform === "linux"
      ? await readIfThere(`/proc/${pid}/cmdline`)
      : (await runTool({ file: "ps", args: ["-p", String(pid), "-o", "command="], options: {} })).output;
  return command.split("\0")[0]?.includes("postgres") ?? false;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EPERM" && code !== "ESRCH") throw error;
    return code === "EPERM"; // another user's
  }
}

/**
 * Whether another living process means to stop this server: the one that started it, or adopted it after a
 * crash.
 */
async function ownerLives(home: string): Promise<boolean> {
  const pid = Number(await readIfThere(join(home, "owner")));
  return pid > 0 && pid !== process.pid && lives(pid);
}

const claim = (home: string) => writeFile(join(home, "owner"), String(process.pid));

async function spawnServer(home: string, binaries: Binaries, port: number, durable: boolean) {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { file, args, options } = binaries.command("postgres", [
    "-D",
    join(home, "data"),
    "-p",
    String(port),
    ...flags,
  ]);
  const log = await open(join(home, "log"), "w", 0o600);
  try {
    // A session of its own: Ctrl-C reaches the whole terminal group, and the database must outlive what
    // writes to it.
    const child: ChildProcess = spawn(file, args, {
      ...options,
      env: { ...process.env, LC_ALL: "C" },
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.unref();
    const exited = new Promise<void>((resolveExit, reject) => {
      child.on("exit", () => resolveExit());
      child.on("error", reject);
    });
    exited.catch(() => {}); // seen by the race at start; afterwards nobody waits
    return { exited };
  } finally {
    await log.close();
  }
}

async function untilReady(url: string, home: string, deadlineMs: number): Promise<void> {
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on("error", () => {}); // a server that another process stops just now is met by the next try
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => {});
      if (!isDatabaseError(error)) throw error;
      if ((error as { code?: string }).code === "28P01") {
        throw new EmbeddedPostgresError(
          `The server on the port of ${home} doesn't know this folder's password: another PostgreSQL has that port.`,
        );
      }
      if (Date.now() > deadlineMs) throw new EmbeddedPostgresError(await whyItEnded(home));
      await sleep(POLL_MS);
    }
  }
}

async function stopServer(home: string, binaries: Binaries): Promise<void> {
  if (!(await runningServer(home))) return;
  await runTool(
    binaries.command("pg_ctl", ["-D", join(home, "data"), "-m", "fast", "-t", "30", "-w", "stop"]),
  );
  await rm(join(home, "owner"), { force: true });
}

const logTail = async (home: string) =>
  (await readIfThere(join(home, "log"))).trim().split("\n").slice(-4).join(" ");

const whyItEnded = async (home: string) =>
  `The embedded database in ${home} didn't start within ${START_TIMEOUT_MS / 1000} s. Its log ends: ${await logTail(home)}`;

/** The preferred port where it is free, else any that is. */
async function usablePort(preferred: number | undefined): Promise<number> {
  for (const port of preferred === undefined ? [0] : [preferred, 0]) {
    const found = await new Promise<number | undefined>((resolvePort) => {
      const probe = createServer();
      probe.once("error", () => resolvePort(undefined));
      probe.listen(port, "127.0.0.1", () => {
        const address = probe.address();
        probe.close(() => resolvePort(typeof address === "object" ? address?.port : undefined));
      });
    });
    if (found !== undefined) return found;
  }
  throw new EmbeddedPostgresError("No free port on 127.0.0.1 was found for the embedded database.");
}
