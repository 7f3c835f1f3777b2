/** Any fixed number: two applies at once wait for each other, and the deletion of a tenant waits for either. */
export const APPLY_LOCK = 7_310_262_115_842_002n;
