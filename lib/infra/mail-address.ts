import { domainToASCII } from "node:url";

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.3, less the brackets of a path. Octets of UTF-8. */
const LOCAL_LIMIT = 64;
const ADDRESS_LIMIT = 254;
/**
 * RFC 5322 §3.2.3: words of atext between single dots. RFC 6531 §3.3 adds what is outside ASCII; letters,
 * marks and digits suffice.
 */
const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\p{L}\\p{M}\\p{N}-]+";
const DOT_ATOM = new RegExp(`^${ATEXT}(\\.${ATEXT})*$`, "u");
/** RFC 1034 §3.5, RFC 1123 §2.1. */
const DOMAIN =
  /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
/**
 * What domainToASCII() takes as the end of a host's name, what it would leave out, and a label that begins or
 * ends with a hyphen.
 */
const NOT_OF_A_DOMAIN = /[^\p{L}\p{M}\p{N}.\u3002-]|(^|[.\u3002])-|-([.\u3002]|$)/u;

const NOT_ONE = "is not one e-mail address, like owner@photos.example";
const isAscii = (text: string) => /^[\x21-\x7e]*$/.test(text);

function partsOf(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf("@");
  return { local: address.slice(0, Math.max(at, 0)), domain: address.slice(at + 1) };
}

/** @returns the domain in its xn-- form, which every server knows; "" where it has none */
export const asciiDomainOf = (domain: string): string =>
  isAscii(domain) ? domain : NOT_OF_A_DOMAIN.test(domain) ? "" : domainToASCII(domain);

/**
 * Why no mail can be addressed to this text, after the words "The address …". The one check of addresses:
 * what the definitions take is what delivery takes. No quoting, no comments, no source routes.
 * @returns null where a mail can be addressed to it. Only a relay can say whether anybody has that address.
 */
export function faultOfMailAddress(text: string): string | null {
  const { local, domain } = partsOf(text);
  const ascii = asciiDomainOf(domain);
  if (!DOT_ATOM.test(local) || !DOMAIN.test(ascii)) return NOT_ONE;
  if (Buffer.byteLength(local) > LOCAL_LIMIT)
    return `has more than ${LOCAL_LIMIT} ${unitOf(local)} before its @, which no mail can be sent to`;
  if (Buffer.byteLength(`${local}@${ascii}`) > ADDRESS_LIMIT)
    return `has more than ${ADDRESS_LIMIT} ${unitOf(text)}, which no mail can be sent to`;
  return null;
}

const unitOf = (text: string) => (isAscii(text) ? "characters" : "bytes in UTF-8");

/** Whether a mail can be addressed to this text. */
export const isMailAddress = (text: string): boolean => faultOfMailAddress(text) === null;

/**
 * Whether only servers that know SMTPUTF8 (RFC 6531) can take mail for it: letters outside ASCII before the @
 * have no other form. A domain has one.
 */
export const needsSmtpUtf8 = (address: string): boolean => !isAscii(partsOf(address).local);

/**
 * The address as an envelope names it: its domain in the xn-- form, which every server takes. Where SMTPUTF8
 * is needed anyway, it is as its owner writes it: servers compare it with what is in their tables.
 */
export function envelopeAddress(address: string): string {
  const { local, domain } = partsOf(address);
  return needsSmtpUtf8(address) ? address : `${local}@${asciiDomainOf(domain) || domain}`;
}
