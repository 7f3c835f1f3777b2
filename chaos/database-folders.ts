import { execFile } from "node:child_process";
import { chown, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Client } from "pg";
import { type Binaries, runTool } from "../server/embedded-binaries";

/** operator may do everything, and replicates. product is the role that Watchpost has, with a database of the same name. */
export type ClusterRoles = { operator: string; product: string; password: string };

/** @throws Error with what the program said */
async function expectDone(command: ReturnType<Binaries["command"]>, input = ""): Promise<void> {
  const { code, output } = await runTool(command, input);
  if (code !== 0 || /^ERROR|^FATAL/m.test(output))
    throw new Error(`PostgreSQL's data could not be made: ${output.trim()}`);
}

/** Makes the data of a primary, in a folder that isn't there yet. */
export async function createDataFolder(
  binaries: Binaries,
  dataDir: string,
  roles: ClusterRoles,
): Promise<void> {
  await mkdir(dataDir, { mode: 0o700 });
  if (binaries.owner) await chown(dataDir, binaries.owner.uid, binaries.owner.gid);
  const { operator, product, password } = roles;
  const choices = [
    "--username=postgres",
    "--auth=reject",
    "--encoding=UTF8",
    "--no-locale",
    "--no-instructions",
    "--no-sync",
  ];
  await expectDone(binaries.command("initdb", [`--pgdata=${dataDir}`, ...choices]));
  await expectDone(
    binaries.command("postgres", ["--single", "-D", dataDir, "-c", "log_min_messages=error", "postgres"]),
    `CREATE ROLE ${operator} LOGIN SUPERUSER REPLICATION PASSWORD '${password}'
CREATE ROLE ${product} LOGIN PASSWORD '${password}'
CREATE DATABASE ${product} OWNER ${product}
`,
  );
  const mayEnter = ["all", "replication"].map((what) => `host ${what} all 127.0.0.1/32 scram-sha-256\n`);
  await writeFile(path.join(dataDir, "pg_hba.conf"), mayEnter.join(""));
}

/** What belongs to the primary alone, and what a copy gets by replication. */
const NOT_COPIED = new Set(["postmaster.pid", "postmaster.opts", "pg_wal", "standby.signal", "backup_label"]);

/**
 * Makes the data of a replica out of a running primary's: a base backup by PostgreSQL's functions, since the programs that npm
 * carries have no pg_basebackup.
 * @param client as a superuser on the primary, on a connection of its own
 * @param primaryUrl by which the replica reaches the primary
 */
export async function copyFromPrimary(
  client: Client,
  from: string,
  to: string,
  primaryUrl: string,
): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { mode: 0o700 });
  await client.query("SELECT pg_backup_start('replica', true)");
  for (const name of await readdir(from)) {
    if (NOT_COPIED.has(name)) continue;
    // Files that the primary removes meanwhile are told by the log that the replica gets.
    await promisify(execFile)("cp", ["-a", path.join(from, name), to]).catch(
      (error: Error & { stderr?: string }) => {
        const said = (error.stderr ?? "").trim().split("\n");
        if (!said.every((line) => /No such file or directory/.test(line))) throw error;
      },
    );
  }
  const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
  await mkdir(path.join(to, "pg_wal", "archive_status"), { recursive: true, mode: 0o700 });
  const connection = new URL(primaryUrl);
  const words = `host=${connection.hostname} port=${connection.port} user=${connection.username} password=${connection.password}`;
  await writeFile(
    path.join(to, "postgresql.auto.conf"),
    `primary_conninfo = '${words} application_name=replica'\n`,
  );
  await writeFile(path.join(to, "backup_label"), rows[0]?.labelfile ?? "");
  await writeFile(path.join(to, "standby.signal"), "");
  const owner = await stat(from);
  for (const name of [
    "",
    "pg_wal",
    "pg_wal/archive_status",
    "postgresql.auto.conf",
    "backup_label",
    "standby.signal",
  ])
    await chown(path.join(to, name), owner.uid, owner.gid);
}
