/** A build that was the last to be handed over with its schema, and how it stands to the schema of today. */
export type LandedBuild = {
  commit: string;
  /** The UTC day. */
  on: string;
  newestMigration: string;
  /** Whether its replicas may run on today's schema, beside today's. Where they may not: what they would do. */
  besideToday: { isCompatible: true } | { isCompatible: false; because: string };
};

/**
 * Oldest first. docs/operating.md shows the same, and e2e/upgrade runs those that are compatible beside today's.
 *
 * When a schema is handed over, its build is added. When a migration would break an older build, either the migration is split over two
 * releases, or that build and all before it are called incompatible here, with the reason.
 */
export const LANDED_BUILDS: readonly LandedBuild[] = [
  {
    commit: "3ca058ffdc0851bdb0ed32b19ae600c3d9cb2524",
    on: "2026-11-21",
    newestMigration: "20261121210000_holds",
    besideToday: {
      isCompatible: false,
      because: "It judges capabilities past their eviction date.",
    },
  },
  {
    commit: "35bfb7ea1089fc0388c17d4e0f892289b165bb3c",
    on: "2026-11-21",
    newestMigration: "20261121220000_tenant_migrations",
    besideToday: { isCompatible: true },
  },
  {
    commit: "e6e83599306369608326e37007c324185b85e6a9",
    on: "2026-11-21",
    newestMigration: "20261121233000_sign_ins",
    besideToday: { isCompatible: true },
  },
];

/** Those whose replicas may run beside today's, oldest first. */
export const COMPATIBLE_BUILDS = LANDED_BUILDS.filter(({ besideToday }) => besideToday.isCompatible);
