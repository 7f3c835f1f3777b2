/** A deployment: a version, and when its objects were created. */
export type Deployed = { atMs: number; version: string };

/** Deployments so close together that one rollout made them, such as those of a chart with several workloads. */
export type Release = {
  /** When the first of them was created, and the last. */
  atMs: number;
  lastAtMs: number;
  /** Each once, in the order of their creation. */
  versions: string[];
};

/** What is created within this time of a release's first object belongs to it. */
const ONE_RELEASE_MS = 5 * 60_000;

/** The releases that deployments make up, oldest first. @param deployments oldest first */
export function releasesOf(deployments: readonly Deployed[]): Release[] {
  const releases: Release[] = [];
  for (const { atMs, version } of deployments) {
    const last = releases.at(-1);
    if (last && atMs - last.atMs <= ONE_RELEASE_MS) {
      last.lastAtMs = atMs;
      if (!last.versions.includes(version)) last.versions.push(version);
    } else releases.push({ atMs, lastAtMs: atMs, versions: [version] });
  }
  return releases;
}

/** A release with those around it. */
export type ReleaseAmong = { release: Release; previous: Release | null; next: Release | null };

/**
 * The release that one of whose deployments was created at an instant.
 * @param atSeconds whole seconds, as a page's address has it
 * @returns null where there is none
 */
export function releaseAt(releases: readonly Release[], atSeconds: number): ReleaseAmong | null {
  const index = releases.findIndex(
    ({ atMs, lastAtMs }) => Math.floor(atMs / 1000) <= atSeconds && atSeconds <= Math.floor(lastAtMs / 1000),
  );
  const release = releases[index];
  if (!release) return null;
  return { release, previous: releases[index - 1] ?? null, next: releases[index + 1] ?? null };
}

/** Whether what ran before the release was deployed after it. What has no version has the same name each time, which says nothing. */
export function isRollback({ previous, release, next }: ReleaseAmong): boolean {
  const [was, is, became] = [previous, release, next].map((each) => each?.versions.join("\n"));
  return was !== undefined && was === became && was !== is;
}
