import { encode } from "next-auth/jwt";
import { describe, expect, test } from "vitest";
import { MAX_CANDIDATES } from "./claim-bound";
import {
  fittingCandidates,
  MAX_SESSION_COOKIE_BYTES,
  readSessionToken,
  type SessionToken,
  withIdToken,
} from "./token";

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

describe("a session's cookie", () => {
  const { idToken: _, candidates: __, ...content } = TOKEN;
  const plain = { ...content, candidates: ["photos"] };

  test("keeps an id token of an ordinary length, and leaves out one that no answer should carry", () => {
    expect(withIdToken(plain, "e".repeat(1_200)).idToken).toHaveLength(1_200);
    expect(withIdToken(plain, "e".repeat(1_500))).toEqual(plain);
    expect(withIdToken(plain, undefined)).toEqual(plain);
  });

  test("holds fifty capabilities with names of an ordinary length", () => {
    const ids = Array.from({ length: MAX_CANDIDATES }, (_, index) => `capability-${index}-of-acme`);
    expect(fittingCandidates(content, ids)).toEqual(ids);
  });

  test("is never longer than an answer has room for, whatever the claims were", async () => {
    const ids = Array.from({ length: MAX_CANDIDATES + 10 }, (_, index) => `${index}`.padStart(63, "t"));
    const long = { ...content, label: "字".repeat(200), claimFault: "claim-elsewhere" as const };
    const sizes = [content, long].flatMap((each) =>
      [0, 1, 20, 60].flatMap((count) =>
        [0, 300, 600, 1_100, 1_200, 1_300, 1_400].map(async (length) => {
          const token = { ...each, candidates: fittingCandidates(each, ids.slice(0, count)) };
          return (await seal(withIdToken(token, "e".repeat(length)))).length;
        }),
      ),
    );
    expect(Math.max(...(await Promise.all(sizes)))).toBeLessThanOrEqual(MAX_SESSION_COOKIE_BYTES);
  });
});
