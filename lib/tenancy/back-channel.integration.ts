import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import { describe, expect, test, vi } from "vitest";
import { CookieJar, signInAtProvider } from "@/demo/identity/sign-in";
import { listen } from "@/demo/pages/listen";
import { log } from "@/lib/infra/log";
import { isOut, LOGOUT_EVENT, logoutWorldOfFile, sendLogout, signedIn } from "@/testing/logout-world";
import { PORTAL_URL, SignInBrowser } from "@/testing/sign-in-world";
import type { SignInSettings } from "./settings";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // refusals are wanted here
});

const { world, stops, signingProvider } = logoutWorldOfFile();

describe("a person who signs out at the provider", () => {
  /** The portal's address for it, at a port that really listens, as the provider will call it. */
  async function listening(settingsOf: () => SignInSettings) {
    const answers: number[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { status } = await sendLogout("", settingsOf(), {
        body,
        type: request.headers["content-type"] ?? "",
      });
      answers.push(status);
      response.writeHead(status).end();
    });
    const port = await listen(server, 0, "The portal of this test");
    stops.push(async () => server.close());
    return { url: `http://127.0.0.1:${port}/api/auth/backchannel-logout`, answers };
  }

  test.each([true, false])(
    "is signed out here with the next request; with a session id: %s",
    async (isBySid) => {
      let settings = world.settings;
      const portal = await listening(() => settings);
      const { provider, settings: own } = await signingProvider({
        client: {
          backchannel_logout_uri: portal.url,
          backchannel_logout_session_required: isBySid,
          post_logout_redirect_uris: [`${PORTAL_URL}/signed-out`],
        },
        configuration: {
          features: {
            devInteractions: { enabled: false },
            backchannelLogout: { enabled: true },
            rpInitiatedLogout: {
              enabled: true,
              logoutSource: (ctx, form) => {
                ctx.body = form;
              },
              postLogoutSuccessSource: (ctx) => {
                ctx.body = "out";
              },
            },
          },
          // The portal of this test listens on this machine, which the provider's own dispatcher refuses.
          fetch: (url, init) => fetch(url, { ...init, dispatcher: undefined } as RequestInit),
        },
      });
      settings = own;
      const browser = new SignInBrowser(world);
      const { goesTo } = await browser.begin(settings);
      const jar = new CookieJar();
      await browser.finish(
        await signInAtProvider(goesTo, PORTAL_URL, { email: "x", password: "x" }, jar),
        settings,
      );
      expect(await browser.see()).toMatchObject({ kind: "granted" });
      const other = await signedIn(world, settings);
      const { rows } = await world.sql.query("SELECT provider_sid FROM session");
      expect(rows.every(({ provider_sid }) => (provider_sid === null) !== isBySid)).toBe(true);

      const page = await fetch(`${provider.issuer}/session/end`, { headers: { cookie: jar.header } });
      jar.take(page);
      const html = await page.text();
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? "";
      const confirmed = await fetch(`${provider.issuer}/session/end/confirm`, {
        method: "POST",
        body: new URLSearchParams({ xsrf, logout: "yes" }),
        headers: { cookie: jar.header },
        redirect: "manual",
      });
      expect(confirmed.status).toBeLessThan(400);
      await expect.poll(() => portal.answers).toEqual([200]);
      expect(await isOut(browser)).toBe(true);
      // By the session alone, the same person in another browser stays.
      expect(await isOut(other)).toBe(!isBySid);
    },
  );
});

describe("a logout token", () => {
  test("ends all sessions of a person, or those of one session of the provider, and counts once", async () => {
    const { provider, settings, sign } = await signingProvider();
    const [one, two] = [await signedIn(world, settings), await signedIn(world, settings)];
    provider.person = { sub: "tom", tenant: "tickets" };
    const other = await signedIn(world, settings);
    const { rows } = await world.sql.query(
      "SELECT id FROM session WHERE subject = 'pia' ORDER BY started_at",
    );
    for (const [at, { id }] of rows.entries())
      await world.sql.query("UPDATE session SET provider_sid = $2 WHERE id = $1", [id, `s${at}`]);

    expect((await sendLogout(await sign({ sub: undefined, sid: "s0" }), settings)).status).toBe(200);
    expect([await isOut(one), await isOut(two), await isOut(other)]).toEqual([true, false, false]);
    expect((await sendLogout(await sign({ sub: "tom", sid: "s1" }), settings)).status).toBe(200);
    expect([await isOut(two), await isOut(other)]).toEqual([false, true]); // tom's had no session id
    const token = await sign({});
    const answer = await sendLogout(token, settings);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(await isOut(two)).toBe(true);

    provider.person = { sub: "pia", tenant: "photos" };
    const again = await signedIn(world, settings);
    const replayed = await sendLogout(token, settings);
    expect([replayed.status, replayed.headers.get("cache-control")]).toEqual([400, "no-store"]);
    expect(await isOut(again)).toBe(false);
  });

  test("is remembered for twice the age that it may have, and then no longer", async () => {
    const { settings, sign } = await signingProvider();
    await world.sql.query("DELETE FROM logout_token");
    await world.sql.query(
      "INSERT INTO logout_token VALUES ('old', now() - interval '1 s'), ('new', now() + interval '1 h')",
    );
    expect((await sendLogout(await sign({}), settings)).status).toBe(200);
    const { rows } = await world.sql.query(
      "SELECT count(*)::int AS kept FROM logout_token WHERE digest IN ('old', 'new')",
    );
    expect(rows).toEqual([{ kept: 1 }]);
    const { rows: taken } = await world.sql.query(
      "SELECT count(*)::int AS kept FROM logout_token WHERE expires_at BETWEEN now() + interval '9 min' AND now() + interval '11 min'",
    );
    expect(taken).toEqual([{ kept: 1 }]);
  });

  test("that names no key is taken if one of the provider's keys has signed it, and no other", async () => {
    const more = await generateKeyPair("RS256", { extractable: true });
    const key = { ...(await exportJWK(more.privateKey)), alg: "RS256", use: "sig", kid: "k0" };
    const { settings, sign } = await signingProvider({ moreKeys: [key] });
    const stranger = (await generateKeyPair("RS256")).privateKey;
    const nameless = { kid: undefined as never };
    expect((await sendLogout(await sign({}, nameless, stranger), settings)).status).toBe(400);
    expect((await sendLogout(await sign({}, nameless), settings)).status).toBe(200);
    expect((await sendLogout(await sign({}, nameless, more.privateKey), settings)).status).toBe(200);
    expect((await sendLogout(await sign({ aud: "other" }, nameless), settings)).status).toBe(400);
  });

  test("is refused for each thing that is wrong with it, and no value of it is logged", async () => {
    const { settings, sign, nowSeconds } = await signingProvider();
    const browser = await signedIn(world, settings);
    const warned = vi.spyOn(log, "warn");
    const fetched = vi.spyOn(globalThis, "fetch");
    const stranger = (await generateKeyPair("RS256")).privateKey;
    const symmetric = new TextEncoder().encode(settings.clientSecret ?? "") as unknown as CryptoKey;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${(await sign({})).split(".")[1]}.`;
    const tokens: [token: string, cause: RegExp][] = [
      ["", /exactly one logout_token/],
      ["nonsense", /no signed JWT/],
      [unsigned, /ERR_JOSE_ALG_NOT_ALLOWED|ERR_JWS_INVALID/],
      [await sign({}, {}, stranger), /ERR_JWS_SIGNATURE_VERIFICATION_FAILED/],
      [await sign({}, { kid: "k2" }), /ERR_JWKS_NO_MATCHING_KEY/],
      [await sign({}, { alg: "HS256" }, symmetric), /ERR_JOSE_ALG_NOT_ALLOWED/],
      [await sign({ iss: "https://evil.example" }), /another issuer's/],
      [await sign({ aud: "other" }), /another client/],
      [await sign({ events: {} }), /: events\./],
      [await sign({ events: { "https://example/other": {} } }), /: events\./],
      [await sign({ events: [LOGOUT_EVENT] as never }), /: events\./],
      [await sign({ nonce: "n" }), /: nonce\./],
      [await sign({ sub: undefined }), /: sub and sid\./],
      [await sign({ sub: 7 as never }), /: sub\./],
      [await sign({ sub: "pi\0a" }), /: sub\./],
      [await sign({ jti: undefined }), /: jti\./],
      [await sign({ iat: undefined }), /ERR_JWT_CLAIM_VALIDATION_FAILED/],
      [await sign({ iat: nowSeconds - 400, exp: undefined }), /ERR_JWT_EXPIRED/],
      [await sign({ iat: nowSeconds + 400, exp: nowSeconds + 500 }), /ERR_JWT_CLAIM_VALIDATION_FAILED/],
      [await sign({ exp: nowSeconds - 60 }), /ERR_JWT_EXPIRED/],
      [await sign({}, { typ: "at+jwt" }), /another type/],
    ];
    for (const [token, cause] of tokens) {
      const answer = await sendLogout(token, settings);
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([400, "no-store"]);
      expect(warned.mock.lastCall?.[0]).toEqual({
        event: "provider-logout-refused",
        cause: expect.stringMatching(cause),
      });
    }
    const good = await sign({});
    expect((await sendLogout(good, settings, { type: "application/json" })).status).toBe(400);
    const twice = new URLSearchParams([
      ["logout_token", good],
      ["logout_token", good],
    ]).toString();
    expect((await sendLogout(good, settings, { body: twice })).status).toBe(400);
    expect(await isOut(browser)).toBe(false);
    expect(warned).toHaveBeenCalledTimes(tokens.length + 2);
    expect(JSON.stringify(warned.mock.calls)).not.toMatch(/pia|evil|watchpost"/);
    // The provider is asked for its description and its keys, and for the keys of a name that it doesn't
    // have.
    expect(fetched.mock.calls.length).toBeLessThanOrEqual(2);
    warned.mockRestore();
    fetched.mockRestore();
    expect(
      (await sendLogout(await sign({ exp: undefined }, { typ: undefined as never }), settings)).status,
    ).toBe(200);
    expect(await isOut(browser)).toBe(true);
  });
});
