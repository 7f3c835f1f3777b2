import { expect, test } from "vitest";
import { ZONE_COOKIE, zoneCookie, zoneOfCookie } from "./zone-cookie";

test.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])(
  "%s is read as it was written",
  (zone) => {
    const written = zoneCookie(zone, false);
    const value = new RegExp(`^${ZONE_COOKIE}=([^;]*); Path=/; `).exec(written)?.[1];
    expect(zoneOfCookie(value)).toBe(zone);
  },
);

test("signing out removes it", () => {
  expect(zoneCookie(null, true)).toContain("; Max-Age=0; ");
});

test("the cookie is sent to this portal's pages alone, and by https where the page came by it", () => {
  expect(zoneCookie("UTC", true)).toMatch(/^__Host-clock-zone=UTC; .*; SameSite=Lax; Secure$/);
  expect(zoneCookie("UTC", false)).not.toContain("Secure");
});

test.each([
  undefined,
  "",
  "Mars/Olympus",
  "%E0%A4%A",
  "<script>",
  `${"A/".repeat(200)}B`,
  "Europe%2FBerlin%0D%0Ax",
])("%s is no zone", (value) => {
  expect(zoneOfCookie(value)).toBeNull();
});
