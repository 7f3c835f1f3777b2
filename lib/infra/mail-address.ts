import { domainToASCII } from "node:url";

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.3, less the brackets of a path. */
const LOCAL_LIMIT = 64;
const ADDRESS_LIMIT = 254;
/** RFC 5322 §3.2.3: words of atext between single dots. */
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** RFC 1034 §3.5, RFC 1123 §2.1. */
const DOMAIN =
  /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

const NOT_ONE = "is not one e-mail address, like owner@photos.example";
const isAscii = (text: string) => /^[\x21-\x7e]*$/.test(text);

/**
 * Why no mail can be addressed to this text, after the words "The address …". The one check of addresses:
 * what the definitions take is what delivery takes. No quoting, no comments, no source routes.
 * @returns null where a mail can be addressed to it. Only a relay can say whether anybody has that address.
 */
export function faultOfMailAddress(text: string): string | null {
  const at = text.lastIndexOf("@");
  if (at < 0) return NOT_ONE;
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  const ascii = isAscii(domain) ? domain : domainToASCII(domain);
  if (!isAscii(domain) && DOMAIN.test(ascii) && DOT_ATOM.test(local))
    return `has a domain outside ASCII. Write it as ${local}@${ascii}, which is the same address`;
  if (!isAscii(local) && !/[\s"@<>,;:()[\]\\\p{Cc}]/u.test(local) && DOMAIN.test(ascii))
    return "has letters outside ASCII before its @, which needs SMTPUTF8 on the whole way. Use an address in ASCII";
  if (!DOT_ATOM.test(local) || !DOMAIN.test(domain)) return NOT_ONE;
  if (local.length > LOCAL_LIMIT)
    return `has more than ${LOCAL_LIMIT} characters before its @, which no mail can be sent to`;
  if (text.length > ADDRESS_LIMIT)
    return `has more than ${ADDRESS_LIMIT} characters, which no mail can be sent to`;
  return null;
}

/** Whether a mail can be addressed to this text. */
export const isMailAddress = (text: string): boolean => faultOfMailAddress(text) === null;
