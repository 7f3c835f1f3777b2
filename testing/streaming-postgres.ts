import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { type Binaries, prepareBinaries, runTool } from "../server/embedded-binaries";
import { freePort } from "../server/free-port";

/** Debian's PostgreSQL 15, which .ci/run installs: the embedded one can't copy a server. */
const PROGRAMS = "/usr/lib/postgresql/15/bin";
const READY_WITHIN_MS = 60_000;
const STANDBY = "standby";

/** A primary, its standby, and the one address that a cluster's service gives to whoever writes. */
export type StreamingPostgres = {
  /** Of the database watchpost, by the service. */
  url: string;
  /** From now on the standby gets nothing that the primary writes, as one that has fallen behind. */
  fallBehind(): Promise<void>;
  /** Kills the primary, makes the standby the new one, and leads the service there. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
};

/** @param options.synchronous a commit returns once the standby has it, as by deploy/postgresql/cluster.yaml */
export async function startStreamingPostgres(options: { synchronous: boolean }): Promise<StreamingPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "streaming-"));
  await chmod(folder, 0o711);
  const binaries = await prepareBinaries(folder, PROGRAMS);
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  const servers: ChildProcess[] = [];
  const serve = async (data: string, port: number) => {
    servers.push(start(binaries, data, port));
    await untilReady(port);
  };
  const [port, standbyPort] = [await freePort(), await freePort()];

  await makeFolder(first, binaries);
  await must(
    binaries.command("initdb", [`--pgdata=${first}`, "--username=postgres", "--auth=trust", "--no-sync"]),
  );
  await writeFile(
    join(first, "pg_hba.conf"),
    "host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n",
  );
  await serve(first, port);
  await sql(port, "CREATE ROLE watchpost LOGIN CREATEDB");
  await sql(port, "CREATE DATABASE watchpost OWNER watchpost");

  await makeFolder(second, binaries);
  const source = `host=127.0.0.1 port=${port} user=postgres application_name=${STANDBY}`;
  await must(
    binaries.command("pg_basebackup", [
      "--pgdata",
      second,
      "--dbname",
      source,
      "--write-recovery-conf",
      "--checkpoint=fast",
      "--no-sync",
    ]),
  );
  await serve(second, standbyPort);
  await until(port, "SELECT FROM pg_stat_replication WHERE state = 'streaming'");
  if (options.synchronous) {
    await sql(port, `ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (${STANDBY})'`);
    await sql(port, "SELECT pg_reload_conf()");
    await until(port, "SELECT FROM pg_stat_replication WHERE sync_state = 'quorum'");
  }

  const service = await startService(port);
  return {
    url: `postgresql://watchpost@127.0.0.1:${service.port}/watchpost`,
    fallBehind: async () => {
      await appendFile(join(second, "postgresql.auto.conf"), "primary_conninfo = ''\n");
      await sql(standbyPort, "SELECT pg_reload_conf()");
      await until(standbyPort, "SELECT WHERE NOT EXISTS (SELECT FROM pg_stat_wal_receiver)");
    },
    failOver: async () => {
      await must(binaries.command("pg_ctl", ["-D", first, "-m", "immediate", "-w", "stop"]));
      await must(binaries.command("pg_ctl", ["-D", second, "-w", "promote"]));
      service.lead(standbyPort);
    },
    stop: async () => {
      service.stop();
      for (const server of servers) {
        if (server.exitCode !== null || server.signalCode !== null) continue;
        const ended = once(server, "exit");
        server.kill("SIGQUIT");
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeFolder(path: string, { owner }: Binaries): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (owner) await chown(path, owner.uid, owner.gid);
}

async function must(command: ReturnType<Binaries["command"]>): Promise<void> {
  const { code, output } = await runTool(command);
  if (code !== 0) throw new Error(`${command.file} ended with ${code}: ${output}`);
}

function start(binaries: Binaries, data: string, port: number): ChildProcess {
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
  const flags = settings.flatMap((setting) => ["-c", setting]);
  const { file, args, options } = binaries.command("postgres", ["-D", data, "-p", String(port), ...flags]);
  return spawn(file, args, { ...options, env: { ...process.env, LC_ALL: "C" }, stdio: "ignore" });
}

async function sql(port: number, text: string): Promise<number> {
  const client = new Client({ host: "127.0.0.1", port, user: "postgres", database: "postgres" });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

async function until(port: number, question: string): Promise<void> {
  for (
    const deadlineMs = performance.now() + READY_WITHIN_MS;
    performance.now() < deadlineMs;
    await sleep(50)
  )
    if ((await sql(port, question)) > 0) return;
  throw new Error(`PostgreSQL never answered ${question} with a row.`);
}

async function untilReady(port: number): Promise<void> {
  for (const deadlineMs = performance.now() + READY_WITHIN_MS; ; await sleep(50)) {
    const answers = await sql(port, "SELECT 1").catch((error: Error) => error);
    if (answers === 1) return;
    if (performance.now() > deadlineMs) throw answers;
  }
}

/** Passes connections on to the primary of the moment. Where it leads elsewhere, those that are open end. */
async function startService(firstPort: number) {
  let upstreamPort = firstPort;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, "127.0.0.1");
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.pipe(upstream).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    lead: (port: number) => {
      upstreamPort = port;
      endAll();
    },
    stop: () => {
      server.close();
      endAll();
    },
  };
}
