import { z } from "zod";

/** The signals that can be judged, in the order in which the page shows them. */
export const SIGNAL_IDS = ["availability", "latency", "error-rate", "saturation", "restarts"] as const;
export type SignalId = (typeof SIGNAL_IDS)[number];

/** share: 0 to 1, shown as per cent. seconds: shown as ms or s. count: shown as a whole number. */
export const UNITS = ["share", "seconds", "count"] as const;
export type Unit = (typeof UNITS)[number];

/** PromQL with two placeholders: `$tenant`, the tenant label's name, and `$window`, a duration. */
const query = z.string().trim().min(1).max(4_000);
const wholeSeconds = z.int().min(0).max(86_400);

export const thresholdSchema = z.strictObject({
  value: z.number(),
  /** inclusive: the value itself breaches (≥ or ≤); otherwise only beyond it (> or <). */
  inclusive: z.boolean().default(false),
  forSeconds: wholeSeconds,
  recoverForSeconds: wholeSeconds,
});

const labelNames = z
  .array(z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/))
  .min(1)
  .max(4);

/** What a line's value is the worst of, or the mean of: containers, volumes, targets. */
const partsSchema = z.strictObject({
  /** The labels that name a part, beside the tenant's. */
  by: labelNames,
  /** The value of each part, by the tenant's label and those of `by`. */
  query,
  /** What exists, by labels among those of `by`. A part whose object isn't listed any more is gone, and not just missing. */
  objects: z.strictObject({ by: labelNames, query }).optional(),
});

/** What a line is broken down by for its owner, so that they see which part is the worst. */
const breakdownSchema = z.strictObject({
  /** What the parts are called, in the plural: "containers". */
  label: z.string().trim().min(1).max(40),
  /** The labels that name a part, beside the tenant's. Left out together with `query`: those of the line's `parts`. */
  by: labelNames.optional(),
  /** The value of each part, by the tenant's label and those of `by`. It judges nothing. */
  query: query.optional(),
  /** The values of the parts add up to the line's, as failed requests do: each has a share of it. */
  adds: z.literal(true).optional(),
});

const lineSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/),
  label: z.string().min(1).max(60),
  query,
  /** The newest sample's time, by tenant: it distinguishes a fresh value from an old one. Needed where there is a threshold. */
  freshness: query.optional(),
  /** A line with a threshold is judged; one without is only drawn. */
  threshold: thresholdSchema.optional(),
  /** So that a bad part is good again by its own samples only, and not because it sends none. */
  parts: partsSchema.optional(),
  /** Which parts the owner sees. A line with `parts` and without this is broken down by these. */
  breakdown: breakdownSchema.optional(),
  /** How many containers report without a limit, where none of the tenant's had one lately: a share of nothing has no value. */
  unlimited: query.optional(),
  /** The highest value that the line can have, by tenant; nothing where there is none. A threshold above it could never fire. */
  highest: query.optional(),
  /** It fills up until it is full at 1, as a volume does: the page says when that will be. */
  fills: z.literal(true).optional(),
});

const signalSchema = z.strictObject({
  title: z.string().min(1).max(60),
  unit: z.enum(UNITS),
  worse: z.enum(["higher", "lower"]),
  /** The window of the judgement, in seconds. A chart whose step is longer widens it to the step, so no point is skipped. */
  windowSeconds: z.int().min(30).max(86_400),
  /** A newest sample older than this is missing data. */
  staleAfterSeconds: z.int().min(15).max(3_600),
  explanation: z.string().min(1),
  lines: z.array(lineSchema).min(1).max(8),
  /** Below this many requests in the window the signal isn't judged: "no traffic". */
  traffic: z.strictObject({ query, minimum: z.number().min(0) }).optional(),
});

export const bundleSchema = z.strictObject({
  /** How often the platform scrapes; the portal asks one interval behind the clock, so that the data has arrived. */
  scrapeIntervalSeconds: z.int().min(1).max(300),
  signals: z.strictObject({
    availability: signalSchema,
    latency: signalSchema,
    "error-rate": signalSchema,
    saturation: signalSchema,
    restarts: signalSchema,
  }),
  /** How many probes arrived in the window. Divided by those due, it says how much of a bar is known at all. */
  coverage: query,
  runtime: z.strictObject({
    images: query,
    replicasWanted: query,
    replicasReady: query,
    replicasUpdated: query,
    /** What keeps a pod from running. Labels: pod, container, reason; a pod that no node takes has neither of the last two. */
    waiting: query.optional(),
    /** Any value where the tenant wanted no replica at a time in the window, and no pod ran through it. */
    scaledToZero: query.optional(),
  }),
  events: z.strictObject({
    /** Value: when it was created, in seconds since the epoch. The `version` label names what was deployed. */
    deployments: query,
    /** Value: when the container terminated, in seconds since the epoch. Labels: pod, container, reason. */
    restarts: query,
    /** Value: the exit code of that termination. Labels: pod, container. */
    exitCodes: query,
  }),
});

export type Bundle = z.infer<typeof bundleSchema>;
export type SignalDefinition = Bundle["signals"][SignalId];
export type LineDefinition = SignalDefinition["lines"][number];
export type PartsDefinition = NonNullable<LineDefinition["parts"]>;
export type Threshold = z.infer<typeof thresholdSchema>;

/** Whether a line of availability is about pods, and not about who reaches them: what waits explains it. */
export const isLineOfPods = (
  signal: string,
  lines: readonly { id: string }[],
  line: { id: string },
): boolean => signal === "availability" && !isReachabilityLine(signal, lines, line);

/**
 * Whether a line shows if the capability can be reached. For availability that is the line with its signal's id, and each line
 * where none has it: ready replicas don't prove that anybody reaches them.
 */
export function isReachabilityLine(
  signal: string,
  lines: readonly { id: string }[],
  { id }: { id: string },
): boolean {
  return signal === "availability" && (id === signal || lines.every((line) => line.id !== signal));
}
