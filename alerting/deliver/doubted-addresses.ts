import type { SmtpOutcome } from "@/lib/delivery/smtp/outcome";
import type { RelayRefusals } from "@/lib/delivery/smtp/relay-refusals";
import type { PendingWrites } from "./pending-writes";

/** Addresses whose refusals prove nothing, because the relay refuses everybody. */
export type DoubtedAddresses = {
  /** Learns from a try to a recipient; the words have no addresses. */
  learn(recipient: string, attempts: number, outcome: SmtpOutcome): void;
  /** After an address was called bad: takes that back if it is doubted. @throws the driver's error; it stays pending */
  withdrawIfDoubted(recipient: string): Promise<void>;
};

/** The doubted addresses of one relay, in memory. */
export function createDoubtedAddresses(refusals: RelayRefusals, pending: PendingWrites): DoubtedAddresses {
  /** Those whose refusals may only now be written down as proofs. */
  const doubted = new Set<string>();

  /** An address that is called bad already, or is about to be by a refusal that is being written down. */
  function withdraw(recipient: string): void {
    doubted.add(recipient);
    pending.withdraw(recipient);
  }

  return {
    learn: (recipient, attempts, outcome) => {
      const wasRefused = refusals.refusesEverybody();
      refusals.learn(recipient, { ...outcome, attempts });
      const isRefused = refusals.refusesEverybody();
      if (isRefused && !wasRefused) for (const suspect of refusals.suspects()) withdraw(suspect);
      // It was judged a moment before the others' refusals were known.
      else if (isRefused && outcome.class === "bad-address") withdraw(recipient);
      if (!isRefused) doubted.delete(recipient);
    },
    withdrawIfDoubted: async (recipient) => {
      if (!doubted.delete(recipient)) return;
      pending.withdraw(recipient);
      await pending.write();
    },
  };
}
