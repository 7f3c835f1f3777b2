import type { Outbox } from "@/lib/delivery/store";

/** What has still to be written about mails that wait for a relay: decided once, and kept until it is written. */
export type PendingWrites = {
  /** Mails that only wait out a backoff because of the relay are due now. */
  retryTransport(): void;
  /** The address is not bad after all: the relay refuses everybody. */
  withdraw(recipient: string): void;
  /** Writes what is pending; nothing where there is none. @throws the driver's error; what failed stays pending */
  write(): Promise<void>;
};

/** The pending writes of one relay, in memory. */
export function createPendingWrites(
  outbox: Pick<Outbox, "retryTransportNow" | "withdrawBadAddresses">,
): PendingWrites {
  let transportNow = false;
  const withdrawn = new Set<string>();

  /** What is due at the start counts as written unless it fails: what becomes due meanwhile, even the same, is written again. */
  async function write(): Promise<void> {
    // Without this, a night's queue would wait for another hour.
    if (transportNow) {
      transportNow = false;
      await outbox.retryTransportNow().catch((error) => {
        transportNow = true;
        throw error;
      });
    }
    const recipients = [...withdrawn];
    if (recipients.length === 0) return;
    withdrawn.clear();
    await outbox.withdrawBadAddresses(recipients).catch((error) => {
      for (const recipient of recipients) withdrawn.add(recipient);
      throw error;
    });
  }

  return {
    retryTransport: () => {
      transportNow = true;
    },
    withdraw: (recipient) => {
      withdrawn.add(recipient);
    },
    write,
  };
}
