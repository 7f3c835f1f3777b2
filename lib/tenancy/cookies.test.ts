import { describe, expect, test } from "vitest";
import { expireCookie, ourCookieNames, signInCookies } from "./cookies";

describe("signInCookies", () => {
  test("by https, binds every cookie to this host: __Host-, secure, whole path, no domain", () => {
    for (const cookie of Object.values(signInCookies(true))) {
      expect(cookie.name).toMatch(/^__Host-watchpost\./);
      expect(cookie.options).toMatchObject({ httpOnly: true, sameSite: "lax", path: "/", secure: true });
      expect(cookie.options).not.toHaveProperty("domain");
    }
  });

  test("by http, uses plain names, because a browser refuses the prefix there", () => {
    for (const cookie of Object.values(signInCookies(false))) {
      expect(cookie.name).toMatch(/^watchpost\./);
      expect(cookie.options).toMatchObject({ httpOnly: true, sameSite: "lax", secure: false });
    }
  });
});

describe("ourCookieNames", () => {
  test("finds every chunk of the session and leaves other cookies of the host alone", () => {
    const sent = [
      "watchpost.session.0",
      "watchpost.session.11",
      "watchpost.state",
      "theme",
      "watchpost.sessions",
    ];
    expect(ourCookieNames(sent, false)).toEqual([
      "watchpost.session.0",
      "watchpost.session.11",
      "watchpost.state",
    ]);
  });
});

describe("forgetCookie", () => {
  test("is secure by https, because a browser else ignores it for a __Host- cookie", () => {
    expect(expireCookie("__Host-watchpost.session", true)).toBe(
      "__Host-watchpost.session=; Path=/; Max-Age=0; Secure",
    );
  });
});
