import { z } from "zod";

/** Milliseconds since the epoch, UTC. */
const atMs = z.number();

export const CHAIN_LINKS = ["metrics", "evaluator", "queue", "relay", "address"] as const;
export const alertingSchema = z.object({
  trustworthy: z.boolean(),
  /** Since when a link is broken according to the records; null while none is, and where no alerts are sent at all. */
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
