import { z } from "zod";
import { SIGNAL_IDS, thresholdSchema, UNITS } from "@/lib/catalogue/bundle";
import { NOTICE_KINDS } from "@/lib/catalogue/notice-labels";

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();

/**
 * What is known of one judged line. Four different things stay four different things:
 * a fresh value; too few requests to judge; nothing (or nothing recent) there; could not ask.
 */
export const readingSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.number(), sampledAtMs: atMs }),
  z.object({ kind: z.literal("no-traffic"), requests: z.number(), minimum: z.number(), sampledAtMs: atMs }),
  z.object({
    kind: z.literal("no-data"),
    last: z.object({ value: z.number(), sampledAtMs: atMs }).nullable(),
  }),
  z.object({
    kind: z.literal("unknown"),
    reason: z.object({ code: z.string(), message: z.string() }),
    last: z.object({ value: z.number(), sampledAtMs: atMs }).nullable(),
  }),
]);
export type Reading = z.infer<typeof readingSchema>;

/** Where a judged line stands against its threshold; null while nothing was ever judged. */
export const CONDITIONS = ["ok", "pending", "firing", "recovering"] as const;
export type Condition = (typeof CONDITIONS)[number];

/** The one word per line that becomes the icon, the shape and the text. `ok` is the only green one; `off` is not judged at all. */
export const STATUSES = [
  "ok",
  "pending",
  "firing",
  "recovering",
  "no-traffic",
  "no-data",
  "unknown",
  "off",
] as const;
export type Status = (typeof STATUSES)[number];

/** The threshold that holds: the owner's where there is one, else the platform's default. */
const effectiveThresholdSchema = thresholdSchema.extend({
  /** false: the owner has switched the alert off; the line is measured and not judged. */
  enabled: z.boolean(),
  /** Which edit of the line it is; 0 is the default. */
  version: z.number(),
  source: z.enum(["default", "owner"]),
});

/** A judged line: the signal itself, or one resource of saturation. */
export const judgedLineSchema = z.object({
  id: z.string(),
  label: z.string(),
  reading: readingSchema,
  condition: z.enum(CONDITIONS).nullable(),
  /** Since when the condition holds, as far as the last hour shows. */
  conditionSinceMs: atMs.nullable(),
  status: z.enum(STATUSES),
  threshold: effectiveThresholdSchema,
  /** The last hour, oldest first, one point a minute; null is a gap. */
  trend: z.array(z.tuple([atMs, z.number().nullable()])),
});
export type JudgedLine = z.infer<typeof judgedLineSchema>;

export const signalViewSchema = judgedLineSchema.extend({
  id: z.enum(SIGNAL_IDS),
  title: z.string(),
  unit: z.enum(UNITS),
  worse: z.enum(["higher", "lower"]),
  /** The judged lines, worst first. The signal's own reading, condition, status, threshold and trend are those of the first. */
  lines: z.array(judgedLineSchema).min(1),
});
export type SignalView = z.infer<typeof signalViewSchema>;

/** healthy: every signal ok or without traffic, and all of it fresh. The others are, in order of weight, what is wrong. */
export const OVERALL_STATES = [
  "healthy",
  "pending",
  "recovering",
  "trouble",
  "no-data",
  "unknown",
  /** Nothing is watched, or availability isn't: what is judged can't vouch for the whole. */
  "off",
  /** Past its eviction date: it doesn't serve, by agreement, and nothing is judged. */
  "not-serving",
] as const;
export const overallSchema = z.object({
  state: z.enum(OVERALL_STATES),
  /** One or two words: "Healthy", "In trouble", "No data", "Unknown". */
  headline: z.string(),
  /** One sentence that names the signals meant. */
  sentence: z.string(),
});
export type Overall = z.infer<typeof overallSchema>;

/** What runs now (T13). Each part is null where nothing is known of it; nothing is made up. */
export const runtimeSchema = z.object({
  versions: z.array(z.string()).nullable(),
  replicas: z
    .object({ ready: z.number().nullable(), wanted: z.number().nullable(), updated: z.number().nullable() })
    .nullable(),
  rollingOut: z.boolean().nullable(),
  lastDeployment: z.object({ version: z.string(), atMs }).nullable(),
  /** Set where a part could not be asked: why, and when the oldest of what stands for it was asked. */
  lastKnown: z
    .object({ reason: z.object({ code: z.string(), message: z.string() }), asOfMs: atMs.nullable() })
    .nullable(),
});
export type Runtime = z.infer<typeof runtimeSchema>;

export const CHAIN_LINKS = ["metrics", "evaluator", "queue", "relay", "address"] as const;
export const alertingSchema = z.object({
  trustworthy: z.boolean(),
  /** Since when a link is broken, as far as the records tell; null while none is, and where no alerts are sent at all. */
  degradedSinceMs: atMs.nullable(),
  links: z.array(
    z.object({
      id: z.enum(CHAIN_LINKS),
      ok: z.boolean(),
      atMs: atMs.nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type Alerting = z.infer<typeof alertingSchema>;

/** The answer of GET /api/health, and the props of the health page. */
export const healthViewSchema = z.object({
  tenant: z.object({ id: z.string(), name: z.string() }),
  /** The slot that was asked for: every value on the page is of this instant. */
  asOfMs: atMs,
  asOf: z.iso.datetime(),
  overall: overallSchema,
  runtime: runtimeSchema,
  signals: z.array(signalViewSchema),
  alerting: alertingSchema,
});
export type HealthView = z.infer<typeof healthViewSchema>;

/** Something that happened, drawn as a marker on every chart and listed under "Recently". */
export const capabilityEventSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("deployment"), atMs, version: z.string() }),
  z.object({
    kind: z.literal("restart"),
    atMs,
    pod: z.string(),
    container: z.string(),
    /** As kube-state-metrics names it: OOMKilled, Error, Completed, ContainerCannotRun, … */
    reason: z.string(),
    exitCode: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("threshold-edit"),
    atMs,
    signal: z.enum(SIGNAL_IDS),
    /** How the line is called: "Latency p95". */
    name: z.string(),
    /** "above 1 s for 5 min", "off". */
    from: z.string(),
    to: z.string(),
    by: z.string(),
  }),
  z.object({
    kind: z.literal("alert"),
    atMs,
    id: z.string(),
    /** "Error rate", "Saturation: memory". */
    name: z.string(),
    edge: z.enum(["began", "ended"]),
    /** How it ended; null where it began. */
    end: z
      .object({
        afterMs: z.number(),
        reason: z.enum(["recovered", "cancelled", "expired", "offboarded", "evicted"]),
      })
      .nullable(),
  }),
  z.object({
    kind: z.literal("notice"),
    atMs,
    number: z.number(),
    /** What the operator's issue is about. */
    about: z.enum(NOTICE_KINDS),
    title: z.string(),
    url: z.string(),
    edge: z.enum(["opened", "closed"]),
  }),
]);
export type CapabilityEvent = z.infer<typeof capabilityEventSchema>;

/** The answer of GET /api/signals/{signal}/series. */
export const seriesViewSchema = z.object({
  signal: z.enum(SIGNAL_IDS),
  unit: z.enum(UNITS),
  worse: z.enum(["higher", "lower"]),
  range: z.string(),
  fromMs: atMs,
  toMs: atMs,
  stepSeconds: z.number(),
  lines: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      /** null: only drawn, or switched off. */
      threshold: thresholdSchema.nullable(),
      points: z.array(z.tuple([atMs, z.number().nullable()])),
    }),
  ),
  events: z.array(capabilityEventSchema),
  /** Availability only: one bar per interval, with how much of it is known, and the whole range. */
  bars: z
    .object({
      intervalSeconds: z.number(),
      bars: z.array(
        z.object({ fromMs: atMs, toMs: atMs, share: z.number().nullable(), knownShare: z.number() }),
      ),
      share: z.number().nullable(),
      knownShare: z.number(),
      /** Whose each bar's downtime was, in seconds, in the order of the bars. null: not attributed. */
      downtime: z
        .array(z.object({ yours: z.number(), platform: z.number(), unknown: z.number() }))
        .nullable(),
    })
    .nullable(),
  /** The parts that could not be asked: what they show is old or nothing, and does not mean that there was nothing. */
  failed: z.array(z.object({ part: z.enum(["events", "bars"]), message: z.string() })),
});
export type SeriesView = z.infer<typeof seriesViewSchema>;
