import { z } from "zod";
import { alertingSchema } from "@/lib/alerting-chain/view";
import { signalViewSchema } from "@/lib/evaluation/view";

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();

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
