/** What was found out about this process and what it stands on. */
export type ReadinessFacts = {
  /** One line per variable at fault, naming it and never its value. */
  environmentFaults: string[];
  /** null: the database can't be reached. An empty list: it was never migrated. */
  appliedMigrations: string[] | null;
  /** The migrations that this build brings. */
  wantedMigrations: readonly string[];
  definitionsApplied: boolean;
  /** null where the metrics store answers. */
  metricsFault: string | null;
  /** null where people can sign in. */
  providerFault: string | null;
  /** null where the process may have enough files and connections open. */
  openFilesFault: string | null;
};

export type Readiness = {
  ready: boolean;
  /** What keeps the process from serving, a sentence each. */
  missing: string[];
  /** What owners will notice, and the pages have a state for. */
  degraded: string[];
};

/**
 * Whether the process may serve. A metrics store that is down doesn't end it: the pages say so better than an error page of the
 * load balancer would. A database ahead of this build is fine: that is an older replica during a roll-out.
 */
export function readinessOf(facts: ReadinessFacts): Readiness {
  const missing = [...facts.environmentFaults];
  if (facts.appliedMigrations === null) {
    missing.push("The database can't be reached. Check DATABASE_URL and that PostgreSQL runs.");
  } else {
    const applied = new Set(facts.appliedMigrations);
    const lacking = facts.wantedMigrations.filter((name) => !applied.has(name));
    if (lacking.length > 0)
      missing.push(
        `The database lacks migrations: ${lacking.join(", ")}. A start of the portal applies them.`,
      );
    else if (!facts.definitionsApplied)
      missing.push(
        "No definitions have been applied. Set DEFINITIONS_DIR, or run: npm run definitions -- apply PATH",
      );
  }
  const degraded = [facts.metricsFault, facts.providerFault, facts.openFilesFault].filter(
    (fault) => fault !== null,
  );
  return { ready: missing.length === 0, missing, degraded };
}
