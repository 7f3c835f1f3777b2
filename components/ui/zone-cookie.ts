import { isTimeZone } from "@/lib/wording/time";

/** In which zone this browser was last shown times: the server writes the next page's in it. It names nobody and permits nothing. */
export const ZONE_COOKIE = "watchpost.zone";

const YEAR_SECONDS = 31_536_000;

/** What sets the cookie. */
export function zoneCookie(zone: string, isHttps: boolean): string {
  const secure = isHttps ? "; Secure" : "";
  return `${ZONE_COOKIE}=${encodeURIComponent(zone)}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
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
