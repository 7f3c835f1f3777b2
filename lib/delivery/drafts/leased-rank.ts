/** A leased draft's rank grows by this: if its worker dies, it comes behind all others. Giving it back takes it away. */
export const LEASED_RANK = 1_000_000;
