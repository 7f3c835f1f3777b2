import { z } from "zod";
import { alertingSchema } from "@/lib/alerting-chain/view";
import { COMPONENT_STATES } from "@/lib/attribution/evidence";
import type { Hold } from "@/lib/attribution/hold";
import { SIDES, verdictSchema } from "@/lib/attribution/verdict";
import type { AttributionView } from "@/lib/attribution/view";
import { SIGNAL_IDS, thresholdSchema, UNITS } from "@/lib/catalogue/bundle";
import { NOTICE_KINDS } from "@/lib/catalogue/notice-labels";
import { BOUNCE_NOTES, MAIL_KINDS, type MailDelivery } from "@/lib/delivery/mail";
import { OUTCOME_CLASSES } from "@/lib/delivery/smtp/outcome-class";
import type { LineKey } from "@/lib/evaluation/effective";
import { capabilityEventSchema } from "@/lib/evaluation/event";
import type { EvictionView } from "@/lib/eviction/view";
import type { TestAlert } from "@/lib/test-alerts/test-alert";
import type { HistoryPart } from "@/lib/thresholds/history";
import type { ThresholdsView } from "@/lib/thresholds/view";
import type { TimelineView } from "@/lib/timeline/timeline";
import { healthViewSchema } from "@/lib/views/health/view";
import { seriesViewSchema } from "@/lib/views/series/view";
import { migrationContract, migrationMailsContract, migrationSeriesContract } from "./migration-contracts";

// What each address of the API answers. Each schema is of its view's type, so the server's types and these can't differ. The
// browser parses with them, a walk does, and docs/openapi.yaml is written from them.

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();
const LINE_KEY = /^[a-z-]+\/[a-z0-9-]+$/;
const lineKey = z
  .string()
  .regex(LINE_KEY)
  .transform((key) => key as LineKey);

const effectiveThreshold = thresholdSchema.extend({
  enabled: z.boolean(),
  version: z.number(),
  source: z.enum(["default", "owner"]),
});
const recordedSetting = thresholdSchema.extend({ enabled: z.boolean(), version: z.number() });
const thresholdLine = z.object({
  key: lineKey,
  signal: z.enum(SIGNAL_IDS),
  line: z.string(),
  name: z.string(),
  unit: z.enum(UNITS),
  worse: z.enum(["higher", "lower"]),
  windowSeconds: z.number(),
  threshold: effectiveThreshold,
  default: thresholdSchema,
  unusable: z.boolean(),
});

const thresholds: z.ZodType<ThresholdsView> = z.object({
  tenantId: z.string(),
  lines: z.array(thresholdLine),
  edits: z.array(
    z.object({
      id: z.string(),
      atMs,
      by: z.string(),
      line: thresholdLine.pick({ key: true, name: true, unit: true, worse: true }).nullable(),
      from: recordedSetting.nullable(),
      to: recordedSetting.nullable(),
      preview: z
        .object({
          range: z.string(),
          stepSeconds: z.number(),
          alerts: z.number(),
          longestSeconds: z.number(),
          mails: z.number(),
        })
        .nullable(),
      previewState: z.enum(["known", "pending", "unknown", "none"]),
      undoable: z.boolean(),
    }),
  ),
  intervalSeconds: z.number(),
  scrapeIntervalSeconds: z.number(),
  unchecked: z.string().optional(),
});

/** The place of a point in a stretch, from 0. */
const index = z.int().min(0);
const presence = { from: index, to: index };
const thresholdHistory: z.ZodType<HistoryPart & { tenantId: string }> = z.object({
  tenantId: z.string(),
  fromMs: atMs,
  stepSeconds: z.number(),
  readings: z.array(z.union([z.number(), z.literal("no-traffic"), z.null()])),
  highest: z.number().nullable().optional(),
  parts: z
    .object({
      windowSeconds: z.number(),
      parts: z.array(
        z.object({
          name: z.array(z.string()),
          seen: z.array(z.object({ ...presence, last: z.array(z.number()) })),
        }),
      ),
      objects: z
        .object({
          labels: z.array(index),
          listed: z.array(z.object({ name: z.array(z.string()), seen: z.array(z.object(presence)) })),
        })
        .nullable(),
    })
    .nullable()
    .optional(),
});

const hold: z.ZodType<Hold> = z.object({
  sinceMs: atMs,
  untilMs: atMs,
  components: z.array(z.string()),
  issue: z.number(),
  overSinceMs: atMs.nullable(),
  ended: z
    .object({
      atMs,
      why: z.enum(["outlasted", "limit", "own", "together", "data-missing", "alert-over"]),
    })
    .nullable(),
});

const attribution: z.ZodType<AttributionView> = z.object({
  tenantId: z.string(),
  asOfMs: atMs,
  alerts: z.array(
    z.object({
      alertId: z.string(),
      lineKey: z.string(),
      name: z.string(),
      breachedAtMs: atMs,
      firedAtMs: atMs,
      hold: hold.nullable(),
      verdict: verdictSchema.extend({ atMs }).nullable(),
      keptSide: z.enum(SIDES).nullable(),
    }),
  ),
  platform: z
    .object({
      components: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          parts: z.array(z.string()),
          state: z.enum(COMPONENT_STATES),
        }),
      ),
    })
    .nullable(),
});

const eviction: z.ZodType<EvictionView> = z.object({
  eviction: z
    .object({
      from: z.string(),
      issueUrl: z.string(),
      pauses: z.array(z.object({ from: z.string(), until: z.string().optional(), reason: z.string() })),
    })
    .nullable(),
  zone: z.string(),
});

/** What every page shows around its own content. */
const frame = z.object({
  tenant: z.object({ id: z.string(), name: z.string() }),
  asOfMs: atMs,
  alerting: alertingSchema.nullable(),
  leaving: eviction,
});

const mailDelivery: z.ZodType<MailDelivery> = z.object({
  id: z.string(),
  kind: z.enum(MAIL_KINDS),
  recipient: z.string(),
  threadId: z.string().nullable(),
  state: z.enum(["queued", "sending", "accepted", "failed", "held", "cancelled"]),
  createdAtMs: atMs,
  dueAtMs: atMs.nullable(),
  attempts: z.number(),
  ambiguous: z.number(),
  last: z.object({ class: z.enum(OUTCOME_CLASSES), words: z.string(), atMs }).nullable(),
  acceptedAtMs: atMs.nullable(),
  finishedAtMs: atMs.nullable(),
  bounce: z
    .object({
      action: z.enum(["failed", "delayed"]),
      note: z.enum(BOUNCE_NOTES).nullable().default(null), // a build before 0.3.0 answers without it
      status: z.string(),
      detail: z.string(),
      atMs,
    })
    .nullable(),
  gotItAtMs: atMs.nullable(),
});

const testAlert: z.ZodType<{ test: TestAlert | null }> = z.object({
  test: z
    .object({
      id: z.string(),
      requestedAtMs: atMs,
      requestedBy: z.string(),
      mail: mailDelivery.nullable(),
    })
    .nullable(),
});

const timelineSection = z.object({
  fromMs: atMs,
  toMs: atMs,
  events: z.array(capabilityEventSchema),
  failed: z.string().nullable(),
});
const timeline: z.ZodType<TimelineView> = z.object({
  tenant: z.object({ id: z.string() }),
  asOfMs: atMs,
  now: z.array(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("alert"), id: z.string(), name: z.string(), sinceMs: atMs }),
      z.object({
        kind: z.literal("notice"),
        number: z.number(),
        about: z.enum(NOTICE_KINDS),
        title: z.string(),
        url: z.string(),
        sinceMs: atMs,
        overdue: z.boolean(),
      }),
    ]),
  ),
  day: timelineSection,
  week: timelineSection,
  notices: z.string().nullable(),
});

/** A write that needs no answer but that it was made. */
const done = z.object({ ok: z.literal(true) });

/** By name, the contract of each JSON answer. */
export const contracts = {
  health: healthViewSchema,
  series: seriesViewSchema,
  frame,
  attribution,
  thresholds,
  thresholdHistory,
  testAlert,
  timeline,
  migration: migrationContract,
  migrationSeries: migrationSeriesContract,
  migrationMails: migrationMailsContract,
  done,
};

export type ContractName = keyof typeof contracts;
export type Contract<Name extends ContractName> = z.infer<(typeof contracts)[Name]>;
