import type { LeasedMail, LeftOut } from "@/lib/delivery/mail";

/** A mail that is being tried now. */
export type Try = Pick<LeasedMail, "tenantId" | "recipient"> & {
  /** The relay has kept it waiting for longer than a relay does by itself. */
  isSlow: boolean;
  /** It has one of the places that are reserved for mails to others than the slow ones. */
  isReserved: boolean;
};

/** How many mails may be leased now. */
export type Places = {
  /** For whose turn it is. */
  open: number;
  /** Beside the open ones, once those are full: for all but whom `leftOut` names. */
  reserved: number;
  leftOut: LeftOut;
  /** Whether any mail at all may be tried, as a probe. */
  isFree: boolean;
};

/**
 * From so many capabilities on whose mails to one domain are slow, the domain is: below it, the mailboxes of
 * some must not keep the mails of others there.
 */
const CAPABILITIES_OF_SLOW_DOMAIN = 5;

/**
 * The places of a worker: as many open ones as it sends mails at a time, and as many reserved ones. A try that
 * becomes slow keeps its place, so slow recipients can take all open places. The reserved ones are for mails of
 * capabilities, and to domains, that aren't slow at this moment. Of the reserved places that are left, half are
 * given at a time, so that no unknown slow recipient can take all of them at once either.
 * @param tries the mails that are tried now
 * @param size those, and the mails whose outcome is being recorded
 * @param concurrency mails that are sent at a time, slow ones left out
 */
export function placesOf(tries: readonly Try[], size: number, concurrency: number): Places {
  const count = (of: (each: Try) => boolean) => tries.filter(of).length;
  const quick = count(({ isSlow }) => !isSlow);
  const free = Math.max(0, Math.min(concurrency - quick, 2 * concurrency - size));
  const open = Math.max(0, Math.min(free, concurrency - count(({ isReserved }) => !isReserved)));
  const slowReserved = count(({ isSlow, isReserved }) => isSlow && isReserved);
  const quickReserved = count(({ isSlow, isReserved }) => !isSlow && isReserved);
  const half = Math.ceil((concurrency - slowReserved) / 2) - quickReserved;
  const reserved = Math.max(0, Math.min(free - open, half));
  return { open, reserved, leftOut: slowOnes(tries), isFree: free > 0 };
}

/** The domain of an address, as LEASE_OTHERS has it. */
const domainOf = (recipient: string) => recipient.slice(recipient.lastIndexOf("@") + 1).toLowerCase();

function slowOnes(tries: readonly Try[]): LeftOut {
  const tenantsOf = new Map<string, Set<string>>();
  const slow = tries.filter(({ isSlow }) => isSlow);
  for (const { tenantId, recipient } of slow) {
    const domain = domainOf(recipient);
    tenantsOf.set(domain, (tenantsOf.get(domain) ?? new Set()).add(tenantId));
  }
  return {
    tenantIds: [...new Set(slow.map(({ tenantId }) => tenantId))],
    domains: [...tenantsOf]
      .filter(([, tenants]) => tenants.size >= CAPABILITIES_OF_SLOW_DOMAIN)
      .map(([domain]) => domain),
  };
}
