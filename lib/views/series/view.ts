import { z } from "zod";
import { SIGNAL_IDS, thresholdSchema, UNITS } from "@/lib/catalogue/bundle";
import { capabilityEventSchema } from "@/lib/evaluation/event";

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();

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
