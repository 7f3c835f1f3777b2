/** Longer than the provider is asked where its session ends, and its pages take to come. */
const ON_ITS_WAY_MS = 30_000;

let onItsWayUntilMs = Number.NEGATIVE_INFINITY;

/** The form that signs out was sent. */
export function beginSigningOut(): void {
  onItsWayUntilMs = performance.now() + ON_ITS_WAY_MS;
}

/**
 * Whether signing out is on its way. Until its answer is here the page asks on, and finds its session ended; leaving for that would
 * break off the way to the provider, whose session would stay.
 */
export const isSigningOut = (): boolean => performance.now() < onItsWayUntilMs;
