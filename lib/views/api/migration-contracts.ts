import { z } from "zod";
import { RERUN_CONTRACTS, RESOURCES } from "@/lib/catalogue/migration";
import { REPORTED_FACTS } from "@/lib/data-migrations/facts";
import type { MigrationSeries } from "@/lib/data-migrations/series";
import { RUN_STATES } from "@/lib/data-migrations/state";
import type { MigrationMails, MigrationView } from "@/lib/data-migrations/view";

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();
const reportedFact = z.enum(REPORTED_FACTS);

const card = z.object({
  job: z.string(),
  title: z.string(),
  source: z.string(),
  issueUrl: z.string(),
  rerun: z.enum(RERUN_CONTRACTS),
  items: z.string(),
});

const counted = z.object({
  done: z.number(),
  expected: z.number().nullable(),
  perSecond: z.number().nullable(),
});

const changed = { fact: reportedFact, from: z.number(), to: z.number(), atMs };

const shownRun = z.object({
  state: z.enum(RUN_STATES),
  startedAtMs: atMs.nullable(),
  endedAtMs: atMs.nullable(),
  endedExactly: z.boolean(),
  clockDoubted: z.boolean(),
  id: z.string(),
  jobName: z.string(),
  migration: card,
  createdAtMs: atMs.nullable(),
  present: z.boolean().nullable(),
  elapsedMs: z.number().nullable(),
  progress: z
    .object({
      share: z.number().nullable(),
      basis: z.enum(["ratio", "bytes", "items"]).nullable(),
      items: counted.nullable(),
      bytes: counted.nullable(),
      advancedAtMs: atMs,
      reportedAtMs: atMs,
    })
    .nullable(),
  estimate: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("none"),
      reason: z.enum(["not-running", "no-whole", "too-early", "uneven", "standing", "silent", "all-done"]),
    }),
    z.object({ kind: z.literal("between"), fromMs: atMs, atMs, toMs: atMs }),
  ]),
  stalledSinceMs: atMs.nullable(),
  silentSinceMs: atMs.nullable(),
  errors: z.number().nullable(),
  lastError: z.object({ text: z.string(), atMs: atMs.nullable() }).nullable(),
  usage: z.array(
    z.object({
      resource: z.enum(RESOURCES),
      now: z.number().nullable(),
      peak: z.object({ value: z.number(), atMs }).nullable(),
      declared: z.number(),
      steady: z.number(),
      most: z.number(),
      passed: z.enum(["nothing", "declared", "most"]),
    }),
  ),
  others: z.array(z.object({ name: z.string(), value: z.number() })),
  oddities: z.array(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("not-a-number"), fact: reportedFact }),
      z.object({ kind: z.literal("negative"), fact: reportedFact }),
      z.object({ kind: z.literal("above-whole"), share: z.number() }),
      z.object({ kind: z.literal("went-back"), ...changed }),
      z.object({ kind: z.literal("expected-changed"), ...changed }),
      z.object({ kind: z.literal("same-name") }),
    ]),
  ),
});

/** Whether the owner is mailed about migrations, and where to. */
export const migrationMailsContract: z.ZodType<MigrationMails> = z.object({
  wanted: z.boolean(),
  address: z.string(),
});

/** The migrations of a tenant, and one run in full. */
export const migrationContract: z.ZodType<MigrationView> = z.object({
  tenant: z.object({ id: z.string() }),
  asOfMs: atMs,
  waiting: z.array(card),
  runs: z.array(
    z.object({
      id: z.string(),
      job: z.string(),
      title: z.string(),
      state: z.enum(RUN_STATES),
      createdAtMs: atMs.nullable(),
      startedAtMs: atMs.nullable(),
      endedAtMs: atMs.nullable(),
      share: z.number().nullable(),
    }),
  ),
  shown: shownRun.nullable(),
  failed: z.string().nullable(),
  migrateUrl: z.string().nullable(),
  mails: migrationMailsContract,
});

/** The charts of one run, all on one grid. */
export const migrationSeriesContract: z.ZodType<MigrationSeries> = z.object({
  runId: z.string(),
  fromMs: atMs,
  toMs: atMs,
  stepSeconds: z.number(),
  charts: z.array(
    z.object({
      id: z.enum(["progress", ...RESOURCES]),
      title: z.string(),
      unit: z.enum(["share", "cores", "bytes"]),
      lines: z.array(
        z.object({
          id: z.string(),
          label: z.string(),
          points: z.array(z.tuple([atMs, z.number().nullable()])),
        }),
      ),
    }),
  ),
});
