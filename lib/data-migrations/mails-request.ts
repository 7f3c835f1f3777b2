import { z } from "zod";

const requestSchema = z.strictObject({ wanted: z.boolean(), pageOf: z.string().max(100) });

/**
 * What the page may ask about its mails. `pageOf` is the tenant that the page was rendered for. It chooses nothing: where the browser
 * has signed in to another one since, the change is refused.
 */
export type MailsRequest = z.infer<typeof requestSchema>;

/** @returns the request, or a sentence that says what is wrong with it */
export function parseMailsRequest(
  body: unknown,
): { ok: true; request: MailsRequest } | { ok: false; message: string } {
  const parsed = requestSchema.safeParse(body);
  if (parsed.success) return { ok: true, request: parsed.data };
  return {
    ok: false,
    message: 'Send {"wanted": true or false, "pageOf": the id of the capability that the page shows}.',
  };
}
