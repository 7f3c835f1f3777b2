import { z } from "zod";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { NOTICE_KINDS } from "@/lib/catalogue/notice-labels";

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();

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
