import { z } from "zod";
import { alertingSchema } from "@/lib/alerting-chain/view";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { signalViewSchema } from "@/lib/evaluation/view";

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();

/** healthy: every signal ok or without traffic, and all of it fresh. Else what weighs most of what isn't fine. */
export const OVERALL_STATES = [
  "healthy",
  "pending",
  "recovering",
  "trouble",
  "no-data",
  "unknown",
  /** Nothing is watched, or availability isn't: what is judged doesn't show the state of the whole. */
  "off",
  /** No replica is wanted, so that none runs: neither healthy nor failing. */
  "scaled-to-zero",
  /** Past its eviction date: it doesn't serve, by agreement, and nothing is judged. */
  "not-serving",
] as const;
export const overallSchema = z.object({
  state: z.enum(OVERALL_STATES),
  /** The state, and the name of every line that isn't fine: "Failing: error rate; no data: storage". It has no values. */
  headline: z.string(),
  /** The values and thresholds of what the headline names. */
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
  /** What keeps pods from running; both null where no node takes the pod, which has no container yet. Absent: nothing is known to. */
  waiting: z
    .array(z.object({ pod: z.string(), container: z.string().nullable(), reason: z.string().nullable() }))
    .optional(),
  /** How many wait, where not all of them are in `waiting`. */
  waitingTotal: z.number().optional(),
  lastDeployment: z.object({ version: z.string(), atMs }).nullable(),
  /** Set where a part could not be asked: why, and when the oldest of what stands for it was asked. */
  lastKnown: z
    .object({ reason: z.object({ code: z.string(), message: z.string() }), asOfMs: atMs.nullable() })
    .nullable(),
});
export type Runtime = z.infer<typeof runtimeSchema>;

/** When a line that fills up will be full. */
const forecastSchema = z.object({
  signal: z.enum(SIGNAL_IDS),
  line: z.string(),
  kind: z.enum(["full", "full-now", "later", "not-growing", "uneven", "too-few"]),
  /** Where the kind is full: when, and the earliest and the latest. */
  fullAtMs: atMs.nullable(),
  fullBetweenMs: z.tuple([atMs, atMs]).nullable(),
  /** All of it in words, with times of the capability's zone. */
  sentence: z.string(),
  /** The same in few words, where it will be full within a week; null where that is not worth the first screen. */
  onCard: z.string().nullable(),
});
export type ForecastView = z.infer<typeof forecastSchema>;

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
  /** The first that is full first. Absent in an answer of an older build. Without a line: it has no values, or they were not answered in time. */
  forecasts: z.array(forecastSchema).optional(),
});
export type HealthView = z.infer<typeof healthViewSchema>;
