import { isTimeZone } from "@/lib/wording/time";

/** In which zone this browser was last shown times: the server writes the next page's in it. It names nobody and permits nothing. */
export const ZONE_COOKIE = "clock-zone";
/** The same by https: no other host can set it. */
export const BOUND_ZONE_COOKIE = `__Host-${ZONE_COOKIE}`;

const YEAR_SECONDS = 31_536_000;

/** What sets the cookie. @param zone null removes it */
export function zoneCookie(zone: string | null, isHttps: boolean): string {
  const pair = `${isHttps ? BOUND_ZONE_COOKIE : ZONE_COOKIE}=${encodeURIComponent(zone ?? "")}`;
  const seconds = zone === null ? 0 : YEAR_SECONDS;
  return `${pair}; Path=/; Max-Age=${seconds}; SameSite=Lax${isHttps ? "; Secure" : ""}`;
}

/** The zone that a request names; null where it names none that exists. */
export function zoneOfCookie(value: string | undefined): string | null {
  if (!value) return null;
  try {
    const zone = decodeURIComponent(value);
    return zone.length <= 64 && isTimeZone(zone) ? zone : null;
  } catch {
    return null;
  }
}
