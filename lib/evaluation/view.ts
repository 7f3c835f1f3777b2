import { z } from "zod";
import { SIGNAL_IDS, thresholdSchema, UNITS } from "@/lib/catalogue/bundle";

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();

/**
 * What is known of one judged line. Different things stay different things:
 * a fresh value; too few requests to judge; nothing (or nothing recent) there; could not ask; nothing to measure against; nothing
 * that runs, on purpose.
 */
export const readingSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: z.number(), sampledAtMs: atMs }),
  z.object({ kind: z.literal("no-traffic"), requests: z.number(), minimum: z.number(), sampledAtMs: atMs }),
  z.object({
    kind: z.literal("no-data"),
    last: z.object({ value: z.number(), sampledAtMs: atMs }).nullable(),
    /** Where only some parts send no data, and were outside the threshold when they did: "container db of pod photos-0". */
    missingParts: z.array(z.string()).optional(),
    /** The capability was scaled to zero, and nothing shows whether it still is. */
    isZeroUnknown: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal("unknown"),
    reason: z.object({ code: z.string(), message: z.string() }),
    last: z.object({ value: z.number(), sampledAtMs: atMs }).nullable(),
  }),
  /** So many containers report, and none has a limit that a share could be of. */
  z.object({ kind: z.literal("no-limit"), containers: z.number() }),
  /** No replica is wanted. orEarlier: for at least as long as was looked at. */
  z.object({ kind: z.literal("scaled-to-zero"), sinceMs: atMs, orEarlier: z.boolean() }),
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
  "no-limit",
  "scaled-to-zero",
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
export const lineViewSchema = z.object({
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
export type LineView = z.infer<typeof lineViewSchema>;

export const signalViewSchema = lineViewSchema.extend({
  id: z.enum(SIGNAL_IDS),
  title: z.string(),
  unit: z.enum(UNITS),
  worse: z.enum(["higher", "lower"]),
  /** The judged lines, worst first. The signal's own reading, condition, status, threshold and trend are those of the first. */
  lines: z.array(lineViewSchema).min(1),
  /** The lines that only the chart draws, such as p50: their values at the view's instant. Absent where there are none. */
  drawn: z.array(z.object({ id: z.string(), value: z.number().nullable() })).optional(),
});
export type SignalView = z.infer<typeof signalViewSchema>;
