import { z } from "zod";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { COMPONENT_STATES } from "./evidence";

export const REASON_KINDS = [
  "component-failing",
  "canary-failing",
  "machine-exit",
  "others-affected",
  "app-exit",
  "unclear-exit",
  "saturated",
  "deployment",
  "traffic-up",
  "traffic-down",
  "platform-works",
] as const;

/** Where a reason can be looked at: a signal's chart, an event of the timeline, a component's state. */
export const reasonTargetSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("signal"), signal: z.enum(SIGNAL_IDS) }),
  z.object({ kind: z.literal("event"), event: z.enum(["deployment", "restart"]), atMs: z.number() }),
  z.object({ kind: z.literal("component"), component: z.string() }),
]);
export type ReasonTarget = z.infer<typeof reasonTargetSchema>;

export const reasonSchema = z.object({
  /** What it is, for comparing two verdicts: wording may change between versions. */
  kind: z.enum(REASON_KINDS),
  /** The side that it is evidence for. neither: it is context and decides nothing. */
  side: z.enum(["yours", "platform", "neither"]),
  /** One sentence about the onset, without times of day and in the past: it reads the same in every zone, and stays true. */
  sentence: z.string(),
  target: reasonTargetSchema,
  /** What failed at onset, how it was when this was said: words are made of it by reasonWords(). absent: it has no state. */
  now: z.enum(COMPONENT_STATES).optional(),
});
export type Reason = z.infer<typeof reasonSchema>;

/** decisive: it explains the alert by itself. hint: it came at the right time, and may be chance. */
export type Weighed = Reason & { weight: "decisive" | "hint" | "none" };
