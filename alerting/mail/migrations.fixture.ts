import { ago, EXAMPLE_AT_MS, MINUTE, PORTAL } from "./lines.fixture";
import type { MigrationMailContent } from "./migration";

const HOUR = 60 * MINUTE;
const tickets: MigrationMailContent["run"] = {
  state: "failed",
  present: true,
  migration: {
    job: "migrate-tickets",
    title: "Tickets of the old desk",
    source: "old-desk.example, the database desk, 181,300 tickets",
    issueUrl: "https://github.com/example/infra/issues/62",
    rerun: "destination-must-be-empty",
    items: "tickets",
  },
  startedAtMs: ago(9 * 60 + 4),
  endedAtMs: ago(4),
  endedExactly: true,
  elapsedMs: 9 * HOUR,
  stalledSinceMs: null,
  progress: {
    share: 0.47,
    basis: "items",
    items: { done: 85_211, expected: 181_300, perSecond: null },
    bytes: null,
    advancedAtMs: ago(5),
    reportedAtMs: ago(4),
  },
  errors: 2,
  lastError: {
    text: "old-desk.example:5432 closed the connection, and refused three new ones",
    atMs: ago(5),
  },
};
const running = { state: "running", endedAtMs: null, endedExactly: false } as const;

const of = (
  kind: MigrationMailContent["kind"],
  run: Partial<MigrationMailContent["run"]>,
): MigrationMailContent => ({
  kind,
  atMs: EXAMPLE_AT_MS,
  capability: { id: "tickets", name: "Ticket Desk" },
  timeZone: "Europe/Berlin",
  run: { ...tickets, ...run },
  links: {
    run: `${PORTAL}/migration?run=migrate-tickets.1795230180`,
    settings: `${PORTAL}/migration#mails`,
    health: `${PORTAL}/`,
    modify: "https://github.com/example/infra/issues/new?template=modify-my-capability.yml",
  },
});

/** One mail about a migration of each kind, and what looks different. The key is the name of its files. */
export const MIGRATION_EXAMPLES: Record<string, MigrationMailContent> = {
  "migration-failed": of("migration-failed", {}),
  "migration-failed-mute": of("migration-failed", {
    endedExactly: false,
    progress: null,
    errors: null,
    lastError: null,
    present: false,
  }),
  "migration-succeeded": of("migration-succeeded", {
    state: "succeeded",
    progress: tickets.progress && {
      ...tickets.progress,
      share: 1,
      items: { done: 181_300, expected: 181_300, perSecond: null },
    },
    errors: 1,
    lastError: { text: "ticket 36120 has a customer that doesn't exist; it was skipped", atMs: null },
  }),
  "migration-gone": of("migration-gone", {
    state: "gone",
    present: false,
    endedAtMs: ago(21),
    endedExactly: false,
    elapsedMs: 8 * HOUR + 43 * MINUTE,
  }),
  "migration-stalled": of("migration-stalled", {
    ...running,
    stalledSinceMs: ago(42),
    elapsedMs: 9 * HOUR + 4 * MINUTE,
    errors: 0,
    lastError: null,
  }),
};
