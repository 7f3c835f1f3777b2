import { encode } from "next-auth/jwt";
import { describe, expect, it } from "vitest";
import { readSessionToken, type SessionToken } from "./token";

const SECRET = "cJ0mOa3pQy7Rk5Wv1Zt9Xe4Ub6Nd8Hf2";
const TOKEN: SessionToken = {
  sid: "0b0f4c38-5a0e-4a58-9a3e-0f6a3f3c1d52",
  sub: "owner",
  label: "owner@photos.example",
  candidates: ["photos"],
  idToken: "e".repeat(4_800),
};
const NAME = "watchpost.session";
const options = { secret: SECRET, https: false };
const seal = (token: object, maxAge = 60) => encode({ token: { ...token }, secret: SECRET, maxAge });

describe("readSessionToken", () => {
  it("reads a session out of one cookie, or of several chunks in whatever order they are sent", async () => {
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

  it("takes a forged, damaged, expired or foreign cookie for none", async () => {
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

  it("by https, ignores a cookie without the __Host- prefix, which a neighbouring host could have set", async () => {
    const sent = [{ name: NAME, value: await seal(TOKEN) }];
    expect(await readSessionToken(sent, { secret: SECRET, https: true })).toBeNull();
  });
});
