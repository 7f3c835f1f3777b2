import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** 80 bits: RFC 2104's least, and each guess costs the guesser an SMTP command. Keeps the local part within its 64 octets. */
const MAC_HEX = 20;
const LOCAL_PART = /^bounces\+([0-9a-f]{32})\.([0-9a-f]{20})$/;

export type ReturnPathKey = Buffer & { readonly purpose?: "return-path" };

/**
 * The key that signs return paths, derived so that no other use of the secret can forge one.
 * @param secret NEXTAUTH_SECRET
 */
export function returnPathKey(secret: string): ReturnPathKey {
  return Buffer.from(hkdfSync("sha256", secret, "", "watchpost/return-path/1", 32));
}

const macOf = (mailId: string, key: ReturnPathKey) =>
  createHmac("sha256", key).update(mailId).digest("hex").slice(0, MAC_HEX);

/**
 * The envelope sender of one mail: a bounce to it names the row, and nobody else can make one up.
 * Lower-case hex, because a relay may fold the case of a local part.
 * @param mailId the row's UUID
 * @param domain whose MX leads to the bounce receiver
 */
export function returnPath(mailId: string, key: ReturnPathKey, domain: string): string {
  const row = mailId.replaceAll("-", "").toLowerCase();
  return `bounces+${row}.${macOf(row, key)}@${domain}`;
}

/**
 * The mail that a recipient address of a bounce names.
 * @returns the row's UUID, or null when the address isn't one of ours or its signature is wrong
 */
export function readReturnPath(address: string, key: ReturnPathKey, domain: string): string | null {
  const at = address.lastIndexOf("@");
  if (at < 0 || address.slice(at + 1).toLowerCase() !== domain.toLowerCase()) return null;
  const [, row, mac] = LOCAL_PART.exec(address.slice(0, at).toLowerCase()) ?? [];
  if (row === undefined || mac === undefined) return null;
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(row, key)))) return null;
  return row.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A server may quote our return path. Its readers could send a report about the mail, so it is left out of all words. */
export const withoutReturnPaths = (text: string): string =>
  text.replace(/bounces\+[0-9a-f.]+@?/gi, "bounces+…@");
