import path from "node:path";
import type { Binaries } from "../server/embedded-binaries";
import { freePort } from "../server/free-port";
import { type KeptProcess, startKeptProcess } from "./kept-process";
import { mountSmallDisk, type SmallDisk } from "./small-disk";

/** How many connections a server takes. */
export const CLUSTER_CONNECTIONS = 80;
/** Enough for the data of a long run and for the log that is kept for the replica. */
const DISK_MEGABYTES = 320;

/**
 * A commit returns once the replica has it, as deploy/postgresql/cluster.yaml sets it, so that a failover loses nothing. What is
 * killed here is processes and not machines, so nothing needs to be on the disk.
 */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: String(CLUSTER_CONNECTIONS),
  synchronous_standby_names: "*",
  wal_keep_size: "96MB",
  max_wal_size: "64MB",
  min_wal_size: "32MB",
  shared_buffers: "32MB",
  fsync: "off",
  full_page_writes: "off",
  wal_sender_timeout: "5s",
  wal_receiver_timeout: "5s",
  wal_retrieve_retry_interval: "500ms",
  timezone: "UTC",
};

/** A server of the cluster. disk: its own, null where none may be mounted. */
export type DatabaseNode = { dataDir: string; port: number; service: KeptProcess; disk: SmallDisk | null };

/** Makes a server that isn't started, and has no data yet. */
export async function createDatabaseNode(
  binaries: Binaries,
  { name, folder, logs }: { name: string; folder: string; logs: string },
): Promise<DatabaseNode> {
  const disk = await mountSmallDisk(path.join(folder, name), DISK_MEGABYTES);
  const dataDir = path.join(folder, name, "data");
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, port: String(port) });
  const flags = settings.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const { file, args, options } = binaries.command("postgres", ["-D", dataDir, ...flags]);
  const command = {
    ...{ name, file, args },
    env: { LC_ALL: "C" },
    logFile: path.join(logs, `${name}.log`),
    user: options,
    stopSignal: "SIGINT",
  } as const;
  return { dataDir, port, service: startKeptProcess(command, false), disk };
}
