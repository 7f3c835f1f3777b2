import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { prepareBinaries } from "../server/embedded-binaries";
import { type ClusterRoles, copyFromPrimary, createDataFolder } from "./database-folders";
import { CLUSTER_CONNECTIONS, createDatabaseNode } from "./database-node";
import {
  onConnection,
  promote,
  takeConnections,
  untilAnswering,
  untilReplicaHasAll,
} from "./database-operator";
import type { KeptProcess } from "./kept-process";
import { type PairProxy, startPairProxy } from "./pair-proxy";

export const CLUSTER_NAMES = ["database-a", "database-b"] as const;

/** A primary and its streaming replica, which change places at a failover. */
export type DatabaseCluster = {
  primaryPort(): number;
  /** The product's address of the database, on a proxy's port or the primary's own. */
  urlOn(port: number): string;
  primary(): KeptProcess;
  replica(): KeptProcess;
  /** Between the replica and the primary. */
  replication: PairProxy;
  /** Takes every connection that the product's role can have. @returns gives them back */
  takeConnections(): Promise<() => Promise<void>>;
  /** Leaves the primary no space. @returns makes room again; null where this process may not mount a small disk */
  fillDisk(): Promise<(() => Promise<void>) | null>;
  /** Kills the primary and promotes its replica, once that has all that was written. The old primary's place is taken by a copy. */
  failOver(): Promise<void>;
  /** Waits until the primary answers and the replica has all that was written. */
  untilReplicated(): Promise<void>;
  end(): Promise<void>;
};

/**
 * Starts a cluster.
 * @param folder where the data of each goes, below it
 * @param logs where their logs go
 */
export async function startDatabaseCluster(folder: string, logs: string): Promise<DatabaseCluster> {
  await mkdir(folder, { recursive: true });
  const binaries = await prepareBinaries(folder);
  const password = randomBytes(24).toString("base64url");
  const roles: ClusterRoles = { operator: "operator", product: "watchpost", password };
  const urlFor = (role: string, port: number, database: string) =>
    `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
  const asOperator = (port: number) => urlFor(roles.operator, port, "postgres");
  const urlOn = (port: number) => urlFor(roles.product, port, roles.product);

  let primary = await createDatabaseNode(binaries, { name: CLUSTER_NAMES[0], folder, logs });
  let replica = await createDatabaseNode(binaries, { name: CLUSTER_NAMES[1], folder, logs });
  const replication = await startPairProxy(() => primary.port);
  const untilReplicated = () => untilReplicaHasAll(asOperator(primary.port));
  const copyToReplica = async () => {
    await onConnection(asOperator(primary.port), (client) =>
      copyFromPrimary(client, primary.dataDir, replica.dataDir, asOperator(replication.port)),
    );
    replica.service.start();
    await untilReplicated();
  };
  const end = async () => {
    await replica.service.end();
    await primary.service.end();
    await replication.stop();
    for (const { disk } of [primary, replica]) await disk?.remove();
  };

  try {
    await createDataFolder(binaries, primary.dataDir, roles);
    primary.service.start();
    await untilAnswering(asOperator(primary.port));
    await copyToReplica();
  } catch (error) {
    await end();
    throw error;
  }
  return {
    primaryPort: () => primary.port,
    urlOn,
    primary: () => primary.service,
    replica: () => replica.service,
    replication,
    takeConnections: () => takeConnections(urlOn(primary.port), CLUSTER_CONNECTIONS),
    fillDisk: async () => (await primary.disk?.fill()) ?? null,
    failOver: async () => {
      await untilReplicated();
      await primary.service.kill();
      [primary, replica] = [replica, primary];
      await promote(asOperator(primary.port));
      await copyToReplica();
    },
    untilReplicated,
    end,
  };
}
