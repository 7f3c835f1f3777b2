import { domainToASCII } from "node:url";

/** RFC 3464 §2.1.2 (address-type ";" address) and RFC 6533 §3: what stands before the address. */
const TYPE = /^\s*[A-Za-z][\w+-]*\s*;/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"$/;
/** A reporter that quotes the whole address. */
const WHOLE_QUOTED = /^["']([^"']+@[^"']+)["']$/;

/**
 * An address as it is compared: without type, angle brackets, comment and needless quotes, in lower case, and the domain in its
 * ASCII form. RFC 5321 §2.4 keeps the case of a local part, but reporters fold it, and no mail host is known to distinguish
 * owners by it.
 * @param field as "rfc822;<Owner@Photos.EXAMPLE>" or "utf-8; owner@münchen.example"
 * @returns null where it is no address
 */
export function readReportedAddress(field: string): string | null {
  const untyped = field.replace(TYPE, "").trim();
  const bracketed = /<([^<>]*)>/.exec(untyped)?.[1] ?? withoutComment(untyped);
  const address = bracketed.trim().replace(WHOLE_QUOTED, "$1");
  const at = address.lastIndexOf("@");
  if (at < 1 || at === address.length - 1 || address.length > 1_000) return null;
  const local = QUOTED.exec(address.slice(0, at))?.[1]?.replace(/\\(.)/g, "$1") ?? address.slice(0, at);
  const domain = address.slice(at + 1).replace(/\.$/, "");
  return `${local.normalize("NFC").toLowerCase()}@${domainToASCII(domain) || domain.toLowerCase()}`;
}

/** A trailing comment (RFC 5322 §3.2.2); a quoted local part may have parentheses of its own. */
const withoutComment = (text: string) => text.replace(/\s+\([^()]*\)\s*$/, "");

/** xtext (RFC 3461 §4) of a reporter that copies ORCPT as it came; "\x{E9}" (RFC 6533 §3) of one that can't write UTF-8. */
const decoded = (address: string) =>
  address
    .replace(/\\x\{([0-9A-Fa-f]{2,6})\}/g, (whole, hex) => {
      const point = Number.parseInt(hex, 16);
      return point > 0x10ffff ? whole : String.fromCodePoint(point);
    })
    .replace(/\+([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

/**
 * Whether a field of a report names the recipient that the mail was sent to.
 * @param field the value of Final-Recipient or Original-Recipient, or an address
 * @param recipient the mail's own
 */
export function isSameRecipient(field: string, recipient: string): boolean {
  const own = readReportedAddress(recipient);
  if (own === null) return false;
  return [field, decoded(field)].some((each) => readReportedAddress(each) === own);
}
