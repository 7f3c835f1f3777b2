import type { RelayConnection } from "./relay-connection";

/** Relays limit the mails of one connection; 100 is the least of the usual limits. */
const MAILS_PER_CONNECTION = 100;

/** The connections that stand and have nothing to send. */
export type IdleConnections = {
  /** One that can be used at once; undefined: there is none. */
  take(): RelayConnection | undefined;
  /** Keeps a connection for the next mail, or ends it with QUIT where it took enough mails. */
  keep(connection: RelayConnection): void;
  /** Closes a connection, idle or not. */
  drop(connection: RelayConnection): void;
  /** Ends all of them with QUIT. */
  close(): void;
};

/** @param idleMs after which a connection is given up */
export function createIdleConnections(idleMs: number): IdleConnections {
  const idle = new Set<RelayConnection>();
  return {
    take: () => {
      for (const connection of idle) {
        idle.delete(connection);
        clearTimeout(connection.idleTimer);
        if (!connection.smtp.destroyed) return connection;
      }
      return undefined;
    },
    keep: (connection) => {
      if (connection.mails >= MAILS_PER_CONNECTION) {
        connection.smtp.quit();
        return;
      }
      connection.idleTimer = setTimeout(() => {
        idle.delete(connection);
        connection.smtp.quit();
      }, idleMs).unref();
      idle.add(connection);
    },
    drop: (connection) => {
      clearTimeout(connection.idleTimer);
      idle.delete(connection);
      connection.smtp.close();
    },
    close: () => {
      for (const connection of idle) {
        clearTimeout(connection.idleTimer);
        connection.smtp.quit();
      }
      idle.clear();
    },
  };
}
