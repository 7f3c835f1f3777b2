import { z } from "zod";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";

// What is known when an alert is attributed. Plain JSON: it is kept beside the verdict, so that a verdict can be understood later.
// Wherever a part could not be asked it is null, which is never the same as "nothing happened".

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();

export const COMPONENT_STATES = ["ok", "failing", "unknown"] as const;
export type ComponentState = (typeof COMPONENT_STATES)[number];

/** One component of the platform, as far as this capability has to do with it. */
export const componentEvidenceSchema = z.object({
  id: z.string(),
  /** What owners call it: "Ingress". */
  name: z.string(),
  /** The parts of it that this capability uses and that fail or failed: names of nodes, of storage classes. Never anybody else's. */
  parts: z.array(z.string()),
  /** everyone: all that is hosted depends on it. own: this capability does. unknown: it may. */
  dependence: z.enum(["everyone", "own", "unknown"]),
  /** Failing: at any time from five minutes before the breach until the alert fired, or two minutes after the breach. */
  atOnset: z.enum(COMPONENT_STATES),
  now: z.enum(COMPONENT_STATES),
  /** Whether its failure can cause the alert's signal. absent: it can, or an older build wrote this. */
  explains: z.boolean().optional(),
  /** It worked at onset and was seen to fail later. */
  failedLater: z.boolean().optional(),
});
export type ComponentEvidence = z.infer<typeof componentEvidenceSchema>;

/** app: it ended by itself, or at its own limit. machine: the platform took its place away. unclear: the record fits both. */
export const EXIT_CAUSES = ["app", "machine", "unclear"] as const;
export type ExitCause = (typeof EXIT_CAUSES)[number];

export const exitEvidenceSchema = z.object({
  atMs,
  /** As kube-state-metrics names it: OOMKilled, Error, Evicted, NodeLost, … */
  reason: z.string(),
  exitCode: z.number().nullable(),
});
export type ExitEvidence = z.infer<typeof exitEvidenceSchema>;

const saturationEvidenceSchema = z.object({ line: z.string(), label: z.string(), value: z.number() });

export const evidenceSchema = z.object({
  onset: z.object({
    signal: z.enum(SIGNAL_IDS),
    line: z.string(),
    /** When the breach began, before it had lasted long enough. */
    breachedAtMs: atMs,
    /** Until when something belongs to the onset. absent: an older build wrote this. */
    firedAtMs: atMs.optional(),
  }),
  components: z.array(componentEvidenceSchema).nullable(),
  /** A capability of the operator's own, which has no fault but the platform's. */
  canary: z
    .object({
      atOnset: z.enum(COMPONENT_STATES),
      now: z.enum(COMPONENT_STATES),
      explains: z.boolean().optional(),
      failedLater: z.boolean().optional(),
    })
    .nullable(),
  /** Whether at least three others left their thresholds in the same minutes. All that is ever known here of others. */
  othersAffected: z.boolean().nullable(),
  deployments: z.array(z.object({ atMs, version: z.string() })).nullable(),
  exits: z.array(exitEvidenceSchema).nullable(),
  /** Resources beyond their threshold at onset. */
  saturated: z.array(saturationEvidenceSchema).nullable(),
  /** Those that came to be later. */
  saturatedLater: z.array(saturationEvidenceSchema).optional(),
  /** Requests a second in the ten minutes before onset, and in the hour before. */
  traffic: z.object({ before: z.number(), atOnset: z.number() }).nullable(),
});
export type Evidence = z.infer<typeof evidenceSchema>;
