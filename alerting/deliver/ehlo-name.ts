import { parseSender } from "@/lib/delivery/message";

/** What EHLO says: the portal's host, where that is a name on the internet, else the sender's domain. */
export function ehloNameOf(portalUrl: string, mailFrom: string): string {
  const { hostname } = new URL(portalUrl);
  return /^[a-z0-9.-]+\.[a-z][a-z0-9-]*$/i.test(hostname) ? hostname : parseSender(mailFrom).domain;
}
