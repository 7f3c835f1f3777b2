/** An incident that the operator has declared and not closed, as far as one tenant may be concerned. */
export type OpenIncident = {
  /** The number. */
  number: number;
  kind: "incident";
  /** Ids; none: it may be behind any. */
  components: string[];
  closedAtMs: null;
};

/** The operator's open incidents as the worker last read them, with whom each concerns. */
export type IncidentFeed = {
  repository: string;
  /** When all of it was last read; null: never. */
  readAtMs: number | null;
  intervalSeconds: number;
  incidents: (OpenIncident & { tenants: "every" | string[]; updatedAtMs: number })[];
};

/** Turns that may be missed before the list no longer counts as the operator's present one. */
const LATE_INTERVALS = 3;
/** An issue that nobody changed for a day is stale: it does not show that the operator is at work. */
const STALE_AFTER_MS = 24 * 3_600_000;

/**
 * The open incidents that may concern one tenant.
 *
 * Whether GitHub answers says nothing about an incident: the last known list stands. It is too old to begin a hold by, though.
 * @param feed null: no worker ever read a repository
 * @param forNew asks on behalf of an alert that isn't held yet
 * @returns null where what the operator has open isn't known
 */
export function openIncidents(
  feed: IncidentFeed | null,
  { tenantId, atMs, repositoryUrl, forNew }: OpenIncidentsQuestion,
): OpenIncident[] | null {
  if (repositoryUrl === null) return [];
  if (feed?.repository !== repositoryUrl || feed.readAtMs === null) return null;
  if (forNew && atMs - feed.readAtMs > LATE_INTERVALS * feed.intervalSeconds * 1000) return null;
  return feed.incidents.filter(
    ({ tenants, updatedAtMs }) =>
      (tenants === "every" || tenants.includes(tenantId)) && atMs - updatedAtMs <= STALE_AFTER_MS,
  );
}

export type OpenIncidentsQuestion = {
  tenantId: string;
  atMs: number;
  /** infraRepositoryUrl of platform.yaml; null: there is none. */
  repositoryUrl: string | null;
  forNew: boolean;
};
