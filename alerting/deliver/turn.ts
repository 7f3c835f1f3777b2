import { setTimeout as sleep } from "node:timers/promises";
import type { LeasedMail } from "@/lib/delivery/mail";
import type { RelayRefusals } from "@/lib/delivery/smtp/relay-refusals";
import type { Outbox } from "@/lib/delivery/store";
import { READDRESSED_AT_ONCE } from "./attempt";
import type { InFlight } from "./in-flight";
import type { LossMending } from "./mend-losses";
import { placesOf } from "./places";
import type { RelayWatch } from "./relay-check";

/** While most connections are busy, those that come free within this time share one lease: a lease costs the database more. */
const GATHER_MS = 5;
const HOUSEKEEPING_MS = 60_000;
/** A check may not keep a mail waiting that is written meanwhile. */
const CHECK_TIMEOUT_MS = 10_000;

export type TurnOptions = {
  outbox: Outbox;
  inFlight: InFlight;
  watch: RelayWatch;
  refusals: RelayRefusals;
  mending?: Pick<LossMending, "mend">;
  /** A digest of the relay's settings. */
  relaySettings: string;
  clock: { nowMs(): number };
  concurrency: number;
  leaseSeconds: number;
  sendTimeoutMs: number;
  addressProofMs: number;
  stopping: AbortSignal;
};

/**
 * Makes the turn that delivery repeats: it begins the mails that are due, checks a relay that was quiet for long, and does the outbox's
 * housekeeping once a minute.
 * @returns the turn; it throws the driver's error when the database can't be asked
 */
export function createDeliveryTurn(options: TurnOptions): () => Promise<void> {
  const { outbox, clock, addressProofMs, refusals, relaySettings, stopping } = options;
  let housekeptAtMs = Number.NEGATIVE_INFINITY;
  let hasBegun = false;
  return async () => {
    if (!hasBegun) {
      refusals.knowBefore(await outbox.refusedBesideOthers());
      await outbox.retryUnderNewSettings(relaySettings);
      hasBegun = true;
    }
    await options.watch.settle();
    await beginDue(options);
    if (clock.nowMs() - housekeptAtMs < HOUSEKEEPING_MS) return;
    housekeptAtMs = clock.nowMs();
    await options.mending?.mend();
    await outbox.bringForward();
    await outbox.clearProvenAddresses(addressProofMs);
    await outbox.tryHeld(relaySettings);
    // One owner may have thousands of them: others' mails leave between two batches.
    while ((await outbox.readdressMails(READDRESSED_AT_ONCE)) === READDRESSED_AT_ONCE && !stopping.aborted)
      await beginDue(options);
  };
}

/** Leases what there are free connections for, and no more; and little while outcomes wait for the database. */
async function beginDue(options: TurnOptions): Promise<void> {
  const { outbox, inFlight, watch, concurrency, leaseSeconds, sendTimeoutMs, stopping } = options;
  if (inFlight.tries().filter(({ isSlow }) => !isSlow).length > concurrency / 2) await sleep(GATHER_MS);
  const permit = watch.permitted();
  const { open, reserved, leftOut, isFree } = placesOf(inFlight.tries(), inFlight.size(), concurrency);
  if (permit === "none" || !isFree) return;
  let begun = 0;
  if (permit === "probe") begun = await beginLeased(options, outbox.leaseProbe(leaseSeconds), false);
  else {
    const due = open === 0 ? [] : outbox.leaseDue(open, leaseSeconds);
    // Where fewer were due than there are open places, nobody waits for a reserved one.
    if ((await beginLeased(options, due, false)) === open && reserved > 0)
      await beginLeased(options, outbox.leaseDue(reserved, leaseSeconds, leftOut), true);
  }
  const isCheckDue = inFlight.size() === 0 && (permit === "probe" || watch.checkDue());
  // A probe that nothing follows would keep the breaker from the next one.
  if (permit === "probe" && (begun > 0 || isCheckDue)) watch.probing();
  if (isCheckDue) await watch.check(Math.min(sendTimeoutMs, CHECK_TIMEOUT_MS), stopping);
}

/** @returns how many mails there were */
async function beginLeased(
  { inFlight, clock, leaseSeconds }: TurnOptions,
  leased: LeasedMail[] | Promise<LeasedMail[]>,
  isReserved: boolean,
): Promise<number> {
  const leaseEndsAtMs = clock.nowMs() + leaseSeconds * 1_000; // from before the answer on
  const mails = await leased;
  for (const mail of mails) inFlight.begin(mail, leaseEndsAtMs, isReserved);
  return mails.length;
}
