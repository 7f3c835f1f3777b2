import { z } from "zod";
import { SIGNAL_IDS } from "./bundle";

/** PromQL with `$tenant`, the tenant label's name, and `$window`, a duration. */
const query = z.string().trim().min(1).max(4_000);
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The component that is a capability of the operator's own. */
export const CANARY = "canary";

const componentSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, {
      error:
        "is not a component's id: small letters, digits and hyphens, with a letter or digit at both ends",
    })
    .meta({
      description: `Names the component. "${CANARY}" is the capability that the operator runs to see trouble by.`,
    }),
  name: z.string().trim().min(1).max(60).meta({ description: "What owners read." }),
  part: z.string().regex(LABEL_NAME, { error: "is not a Prometheus label name" }).optional().meta({
    description: "The label that names a part of it: node, storageclass. Without it, the component is one.",
  }),
  state: query.meta({
    description:
      'One value, or one for each part: 1 while it works, less while any of it fails. It may have no other label, and every selector of it leaves out what tenants expose: $tenant="".',
  }),
  dependents: query.optional().meta({
    description:
      "Which tenants use it, grouped by the tenant label and, where there is one, the part's. Without it, everybody depends on it.",
  }),
  explains: z
    .array(z.enum(SIGNAL_IDS))
    .refine((signals) => new Set(signals).size === signals.length, { error: "names a signal twice" })
    .optional()
    .meta({
      description:
        "The signals that its failure can cause; of others it is never the culprit. Without it, by its id: docs/attribution.md.",
    }),
});
export type Component = z.infer<typeof componentSchema>;

/** components.yaml: what the platform is made of, and how to check whether it works. */
export const componentsSchema = z.strictObject({
  windowSeconds: z.int().min(30).max(900).default(120).meta({
    description: "What $window stands for, in seconds. The longer it is, the longer a short failure is seen.",
  }),
  components: z.array(componentSchema).min(1).max(24),
  podLosses: query.optional().meta({
    description:
      "Pods that lost their place, grouped by the tenant label, pod and reason: Evicted, NodeLost. Value: 1.",
  }),
});
export type Components = z.infer<typeof componentsSchema>;
