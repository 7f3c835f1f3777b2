/** The longest body that any route reads; a form or a threshold has some hundred bytes. */
export const MAX_BODY_BYTES = 16 * 1024;

/** What of a request says how long its body is. */
type Head = { contentLength: string | undefined; transferEncoding: string | undefined };

/**
 * The status that refuses a request for its body, before a byte of it is read: 413 for one that is too long,
 * 411 for one whose length isn't said (RFC 9110, sections 15.5.12 and 15.5.14); null for one that may be
 * read. Browsers say the length of what they send.
 */
export function bodyRefusal({ contentLength, transferEncoding }: Head): 411 | 413 | null {
  if (transferEncoding !== undefined) return 411;
  return Number(contentLength ?? 0) > MAX_BODY_BYTES ? 413 : null;
}
