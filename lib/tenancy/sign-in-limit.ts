import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

const WINDOW_SECONDS = 60;

/**
 * How many sign-ins may be started a minute, in this process.
 *
 * The address is only as true as the nearest proxy's word, and many owners may share one; so its limit is
 * generous, and the one for everybody is what protects the provider from a flood through this portal.
 */
export type SignInLimit = { perAddress: number; overall: number };
const DEFAULT_LIMIT: SignInLimit = { perAddress: 60, overall: 600 };

/** Counts the starts of sign-ins. The function returned says how many seconds to wait; 0 is go ahead. */
export function createSignInLimiter(
  limit: SignInLimit = DEFAULT_LIMIT,
): (address: string) => Promise<number> {
  const byAddress = new RateLimiterMemory({ points: limit.perAddress, duration: WINDOW_SECONDS });
  const overall = new RateLimiterMemory({ points: limit.overall, duration: WINDOW_SECONDS });
  return async (address) => {
    try {
      await byAddress.consume(address);
      await overall.consume("all");
      return 0;
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      throw refused;
    }
  };
}

/** How many failed sign-ins this process writes to the access log in a minute. */
const LOGGED_FAILURES = 60;

/** Counts the lines of failed sign-ins. The function returned says whether another one may be written. */
export function failureLogLimiter(perMinute = LOGGED_FAILURES): () => Promise<boolean> {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
  return () =>
    limiter.consume("all").then(
      () => true,
      () => false,
    );
}

/**
 * The sender's address: what the nearest proxy added last, since anything before it is the sender's own
 * claim.
 */
export function senderAddress(forwardedFor: string | null): string {
  return forwardedFor?.split(",").at(-1)?.trim() || "unknown";
}
