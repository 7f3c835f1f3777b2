import { encode } from "next-auth/jwt";
import { describe, expect, test } from "vitest";
import { MAX_CANDIDATES } from "./claim";
import { MAX_SESSION_COOKIE_BYTES, readSessionToken, type SessionToken, withIdToken } from "./token";

const SECRET = "cJ0mOa3pQy7Rk5Wv1Zt9Xe4Ub6Nd8Hf2";
const TOKEN: SessionToken = {
  sid: "0b0f4c38-5a0e-4a58-9a3e-0f6a3f3c1d52",
  label: "owner@photos.example",
  candidates: ["photos"],
  idToken: "e".repeat(4_000),
};
const NAME = "watchpost.session";
const options = { secret: SECRET, https: false };
const seal = (token: object, maxAge = 60) => encode({ token: { ...token }, secret: SECRET, maxAge });

describe("readSessionToken", () => {
  test("reads a session out of one cookie, or of several chunks in whatever order they are sent", async () => {
    const jwe = await seal(TOKEN);
    const half = Math.ceil(jwe.length / 2);
    const whole = await readSessionToken([{ name: NAME, value: jwe }], options);
    const chunked = await readSessionToken(
      [
        { name: `${NAME}.1`, value: jwe.slice(half) },
        { name: "theme", value: "dark" },
        { name: `${NAME}.0`, value: jwe.slice(0, half) },
      ],
      options,
    );
    expect(whole).toEqual(TOKEN);
    expect(chunked).toEqual(TOKEN);
  });

  test("takes a forged, damaged, expired or foreign cookie for none", async () => {
    const jwe = await seal(TOKEN);
    const forged = await encode({ token: { ...TOKEN }, secret: `${SECRET}x`, maxAge: 60 });
    const damaged = `${jwe.slice(0, -4)}AAAA`;
    const expired = await seal(TOKEN, -60);
    const foreign = await seal({ sub: "owner", candidates: "photos" });
    const invented = await seal({ ...TOKEN, candidates: ["../photos"] });
    for (const value of [forged, damaged, expired, foreign, invented, "", "not-a-token"]) {
      expect(await readSessionToken([{ name: NAME, value }], options)).toBeNull();
    }
  });

  test("by https, ignores a cookie without the __Host- prefix, which a neighbouring host could have set", async () => {
    const sent = [{ name: NAME, value: await seal(TOKEN) }];
    expect(await readSessionToken(sent, { secret: SECRET, https: true })).toBeNull();
  });
});

describe("withIdToken", () => {
  const { idToken: _, ...plain } = TOKEN;

  test("keeps an id token with some dozen groups, and leaves out one that no cookie should carry", () => {
    expect(withIdToken(plain, "e".repeat(4_000))).toEqual(TOKEN);
    expect(withIdToken(plain, "e".repeat(5_000))).toEqual(plain);
    expect(withIdToken(plain, undefined)).toEqual(plain);
  });

  test("leaves a line of 8 kB room for the cookies of a sign-in, whatever the claims were", async () => {
    const ids = Array.from({ length: MAX_CANDIDATES }, (_, index) => `${index}`.padStart(63, "t"));
    const most = { ...plain, label: "字".repeat(200), candidates: ids };
    const sizes = await Promise.all(
      [0, 300, 500, 3_900, 4_300, 4_350, 4_400, 4_450].flatMap((length) => {
        const idToken = "e".repeat(length);
        return [withIdToken(most, idToken), withIdToken(plain, idToken)].map(
          async (token) => (await seal(token)).length,
        );
      }),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_SESSION_COOKIE_BYTES);
  });
});
