import { z } from "zod";

/** Why the newest list could not be had, in words fit for an owner. */
export const feedFailureSchema = z.object({ code: z.string(), message: z.string() });
export type FeedFailure = z.infer<typeof feedFailureSchema>;
