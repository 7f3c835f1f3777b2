import { knownAs } from "@/lib/catalogue/claim-map";
import { visibleText } from "@/lib/infra/hidden-characters";
import type { Claims } from "./merge-claims";

/** The longest label, in UTF-16 units as JavaScript and the cookie count. */
export const MAX_LABEL_LENGTH = 200;

/**
 * What the owner is called on pages and in the audit trail: the address that the provider verified, alone;
 * else a name or an unverified address with the subject, which only the provider can give.
 */
export function ownerLabel(claims: Claims, subject: string): string {
  const { email, isEmailVerified } = knownAs(claims, subject);
  if (email && isEmailVerified) return cut(String(claims.email), MAX_LABEL_LENGTH);
  const names = [claims.email, claims.name, claims.preferred_username];
  const name = names.map(plain).find((text) => text !== "");
  const id = plain(subject);
  if (!name || name === id) return cut(id, MAX_LABEL_LENGTH);
  const note = name === plain(claims.email) ? ", not verified" : "";
  return `${cut(name, 80)}${note} (${cut(id, 100)})`;
}

/** Never within a character: half of one can't be stored or shown. "…" says that something is missing. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    if (kept.length + segment.length > length - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const plain = (value: unknown) => (typeof value === "string" ? visibleText(value) : "");
