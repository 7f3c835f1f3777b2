import { z } from "zod";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";

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
  /** For which side it speaks. neither: it belongs to the picture and decides nothing. */
  side: z.enum(["yours", "platform", "neither"]),
  /** One sentence, without times of day: it reads the same in every zone. */
  sentence: z.string(),
  target: reasonTargetSchema,
});
export type Reason = z.infer<typeof reasonSchema>;

/** decisive: it explains trouble by itself. hint: it came at the right time, and may be chance. */
export type Weighed = Reason & { weight: "decisive" | "hint" | "none" };
