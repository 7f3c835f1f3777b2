import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether an Authorization header has the token.
 *
 * The digests are compared, in a time that depends neither on where the texts differ nor on how long they
 * are.
 */
export function hasBearerToken(authorization: string | null, token: string): boolean {
  const [, sent = ""] = /^Bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
  return timingSafeEqual(digest(sent), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
