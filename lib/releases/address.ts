/** The page of a release, by when one of its deployments was created. */
export const releasePath = (atMs: number) => `/releases/${Math.floor(atMs / 1000)}` as const;
