import { z } from "zod";
import { exportToolSchema } from "./eviction";
import { issueLabelsSchema } from "./notice-labels";
import { webAddress } from "./web-address";

/** platform.yaml: what the pages say about the platform as a whole. */
export const platformSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, { error: "is empty. Write the name that owners know" })
    .max(80, { error: "is longer than 80 characters" })
    .default("the platform")
    .meta({ description: "What owners call the platform." }),
  infraRepositoryUrl: webAddress
    .refine((text) => URL.canParse(text) && !/[?#]/.test(text), {
      error: "is not the address of a repository: nothing may follow its path",
    })
    .transform((text) => text.replace(/\/+$/, ""))
    .nullable()
    .default(null)
    .meta({ description: "The operator's repository on GitHub, in which owners open their issues." }),
  issueLabels: issueLabelsSchema.optional().meta({
    description: "The labels by which the portal knows the operator's notices among the repository's issues.",
  }),
  exportTool: exportToolSchema.optional().meta({
    description: "The export tool, by which an owner gets their data out; the same for every tenant.",
  }),
});

export type Platform = z.infer<typeof platformSchema>;

/** What holds where there is no platform.yaml. */
export const DEFAULT_PLATFORM: Platform = { name: "the platform", infraRepositoryUrl: null };
