import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from "@/demo/identity/shaped-provider";
import { log } from "@/lib/infra/log";
import { ageSession } from "@/testing/session-age";
import { PORTAL_URL, SignInBrowser, stopsAfterTest, worldOfFile } from "@/testing/sign-in-world";
import { accessOf } from "./session";
import type { SignInSettings } from "./settings";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

/** As far as the clocks of two web processes may be from the database's. */
const APART_MS = 40_000;
const world = worldOfFile();
const stops = stopsAfterTest();
beforeEach(() => world.sql.query("DELETE FROM session"));

type State = {
  isGone: boolean;
  isBroken: boolean;
  /** What its answers wait for. */
  until?: Promise<unknown>;
};

type Scene = {
  provider: IdentityProvider;
  settings: SignInSettings;
  browser: SignInBrowser;
  /** How often the token endpoint was asked. */
  asked: () => number;
  /** What is going on at the provider. */
  state: State;
  /** What a request sees so many minutes after the sign-in. */
  see: (minutes: number) => Promise<string>;
};

/** Modules of their own, as another web process has them. */
async function anotherProcess() {
  vi.resetModules();
  const session = await import("./session");
  expect(session.accessOf).not.toBe(accessOf);
  const { tenancyStore } = await import("./store");
  const { closeDatabase } = await import("@/lib/infra/db");
  return { accessOf: session.accessOf, tenancyStore, close: closeDatabase };
}

const REFRESHING: IdentityProviderOptions = {
  client: { grant_types: ["authorization_code", "refresh_token"] },
  configuration: { issueRefreshToken: async () => true, rotateRefreshToken: true },
};

/** Pia is signed in for photos, at a provider of this kind. */
async function signedIn(
  options: IdentityProviderOptions,
  claims: object = { tenant: "photos" },
): Promise<Scene> {
  const state: State = { isGone: false, isBroken: false };
  let asked = 0;
  const provider: IdentityProvider = await startIdentityProvider(PORTAL_URL, {
    claims: { openid: ["sub", "tenant"] },
    ...options,
    rewrite: (path, body) => {
      if (path === "/token") asked += 1;
      return options.rewrite?.(path, body) ?? body;
    },
    configuration: {
      findAccount: async (_ctx, sub) => {
        await state.until;
        if (state.isBroken) throw new Error("The directory is down.");
        return state.isGone ? undefined : { accountId: sub, claims: () => ({ ...provider.person, sub }) };
      },
      ...options.configuration,
    },
  });
  stops.push(provider.stop);
  provider.person = { sub: "pia", ...claims };
  const settings = { ...provider.settings(world.settings), scopes: "openid" };
  const browser = new SignInBrowser(world);
  await browser.signInAs("whoever", settings);
  const see = async (minutes: number) => {
    await ageSession(world.sql, minutes, settings.secret);
    const access = await accessOf(browser.jar.sent, settings, Date.now());
    return access.kind === "granted" ? access.scope.tenantId : access.kind;
  };
  expect(await see(0)).not.toBe("signed-out");
  return { provider, settings, browser, asked: () => asked, state, see };
}

const row = async () =>
  (
    await world.sql.query(
      `SELECT provider_tokens AS tokens, ended_at IS NOT NULL AS ended,
         extract(epoch FROM expires_at - started_at)::int / 60 AS minutes,
         extract(epoch FROM claims_read_at - started_at)::int / 60 AS confirmed,
         claims_lease_until IS NOT NULL AS leased FROM session`,
    )
  ).rows[0];

describe("with a refresh token", () => {
  test("the provider is asked after five minutes, not before, and the session goes on for hours", async () => {
    const { see, asked } = await signedIn(REFRESHING);
    const atSignIn = asked();
    expect(await see(4.5)).toBe("photos");
    expect(asked()).toBe(atSignIn);
    let { tokens } = await row();
    for (const minutes of [11, 22, 400, 700]) {
      expect(await see(minutes)).toBe("photos");
      const { tokens: next } = await row();
      expect(next).not.toBe(tokens);
      tokens = next;
    }
    expect(asked()).toBe(atSignIn + 4);
    expect((await row()).minutes).toBe(720);
    expect(await see(721)).toBe("signed-out");
  });

  test("a claim that names the capability no more ends the session, at the very request after a pause", async () => {
    const { provider, see } = await signedIn(REFRESHING);
    provider.person = { sub: "pia", tenant: ["tickets"] };
    expect(await see(4.5)).toBe("photos");
    expect(await see(11)).toBe("signed-out");
    expect(await row()).toMatchObject({ ended: true, tokens: null });
  });

  test("it ends while somebody looks at the page, whose requests don't wait for the provider", async () => {
    const { provider, see } = await signedIn(REFRESHING);
    provider.person = { sub: "pia" };
    await see(6);
    await expect.poll(async () => (await row()).ended).toBe(true);
    expect(await see(6)).toBe("signed-out");
  });

  test("an account that is gone ends it", async () => {
    const { state, see } = await signedIn(REFRESHING);
    state.isGone = true;
    expect(await see(11)).toBe("signed-out");
    expect(await row()).toMatchObject({ ended: true, tokens: null });
  });

  test("an outage of the provider keeps it for an hour and ends nothing: then it shows what the provider says", async () => {
    const { state, see } = await signedIn(REFRESHING);
    state.isBroken = true;
    expect(await see(11)).toBe("photos");
    expect(await see(59)).toBe("photos");
    expect(await see(61)).toBe("signed-out");
    expect((await row()).ended).toBe(false);
    state.isBroken = false;
    expect(await see(61.5)).toBe("signed-out"); // it is asked once a minute
    expect(await see(63)).toBe("photos");
  });

  test("two of several capabilities to choose from, one of which is taken away, need a new sign-in", async () => {
    const { provider, see } = await signedIn(REFRESHING, { tenant: ["photos", "tickets"] });
    expect(await see(11)).toBe("choose");
    provider.person = { sub: "pia", tenant: ["photos"] };
    expect(await see(22)).toBe("signed-out");
  });

  test("a new person in the answer is believed in nothing", async () => {
    const { provider, see } = await signedIn({
      ...REFRESHING,
      rewrite: (path, body) => (path === "/me" ? { ...body, sub: "somebody-else" } : body),
      claimsAtUserinfo: false,
    });
    provider.person = { sub: "pia" };
    expect(await see(11)).toBe("photos");
    expect(await see(71)).toBe("signed-out");
  });

  test("two web processes ask once, and so use a token that counts once only once", async () => {
    const { browser, settings, asked } = await signedIn(REFRESHING);
    const before = asked();
    const other = await anotherProcess();
    await ageSession(world.sql, 11, settings.secret);
    const kinds = await Promise.all(
      [accessOf, other.accessOf, accessOf, other.accessOf].map(
        async (see) => (await see(browser.jar.sent, settings, Date.now())).kind,
      ),
    );
    await other.close();
    expect(kinds).toEqual(["granted", "granted", "granted", "granted"]);
    expect(asked()).toBe(before + 1);
  });

  test("they ask once while their clocks are apart by more than a lease outlasts a question", async () => {
    const { browser, settings, asked, state } = await signedIn(REFRESHING);
    const before = asked();
    const other = await anotherProcess();
    const tries = vi.spyOn(other.tenancyStore, "leaseTokens");
    await ageSession(world.sql, 11, settings.secret);
    let answer = () => {};
    state.until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const slow = accessOf(browser.jar.sent, settings, Date.now() - APART_MS);
    const leased = async () => (await row()).leased;
    await expect.poll(leased, { timeout: 20_000 }).toBe(true);
    const fast = other.accessOf(browser.jar.sent, settings, Date.now() + APART_MS);
    await expect.poll(() => tries.mock.settledResults.length, { timeout: 20_000 }).toBe(1);
    answer();
    const kinds = (await Promise.all([slow, fast])).map(({ kind }) => kind);
    await other.close();
    expect(kinds).toEqual(["granted", "granted"]);
    expect(asked()).toBe(before + 1);
  });

  test("a lease that is over passes on, and so does one from before the database's clock jumped back", async () => {
    const { settings, see, asked } = await signedIn(REFRESHING);
    const before = asked();
    const lease = (until: string) =>
      world.sql.query(`UPDATE session SET claims_lease_until = now() + interval '${until}'`);
    const { tenancyStore } = await import("./store");
    await ageSession(world.sql, 11, settings.secret);
    const { id } = (await world.sql.query("SELECT id FROM session")).rows[0];
    await lease("50 s");
    expect([await tenancyStore.isLeased(id), await tenancyStore.leaseTokens(id, 60_000)]).toEqual([
      true,
      null,
    ]);
    for (const until of ["-1 s", "1 hour"]) {
      await lease(until);
      expect(await tenancyStore.isLeased(id)).toBe(false);
      expect(await see(11)).toBe("photos");
      await ageSession(world.sql, 11, settings.secret);
      await world.sql.query("UPDATE session SET claims_due_at = now() - interval '6 min'");
    }
    expect(asked()).toBe(before + 2);
  });

  test("neither the row nor the log has it in plain sight, and signing out removes it", async () => {
    const tokens: string[] = [];
    const logged = [vi.spyOn(log, "info"), vi.spyOn(log, "warn"), vi.spyOn(log, "error")];
    const { browser, settings, see } = await signedIn({
      ...REFRESHING,
      rewrite: (path, body) => {
        if (path === "/token") tokens.push(String(body.refresh_token), String(body.access_token));
        return body;
      },
    });
    await see(11);
    expect(tokens.length).toBeGreaterThan(4);
    const stored = JSON.stringify((await world.sql.query("SELECT * FROM session")).rows);
    const lines = JSON.stringify(logged.flatMap((spy) => spy.mock.calls));
    for (const token of tokens) {
      expect(stored).not.toContain(token);
      expect(lines).not.toContain(token);
    }
    for (const spy of logged) spy.mockRestore();
    await browser.signOut(settings);
    expect(await row()).toMatchObject({ ended: true, tokens: null });
  });

  test("an owner who is taken off the list in the definitions is out within minutes", async () => {
    const list = (owners: object[]) =>
      world.sql.query("UPDATE tenant SET owners = $1 WHERE id = 'photos'", [JSON.stringify(owners)]);
    await list([{ subject: "pia" }]);
    try {
      const { see } = await signedIn(REFRESHING, { tenant: [] });
      expect(await see(11)).toBe("photos");
      await list([]);
      expect(await see(22)).toBe("signed-out");
    } finally {
      await list([]);
    }
  });
});

describe("with an access token alone", () => {
  const AT_USERINFO: IdentityProviderOptions = {
    claimsAtUserinfo: true,
    claims: { openid: ["sub", "tenant"] },
  };

  test("userinfo is asked as long as the token lasts, and the session is an hour long", async () => {
    const { provider, see } = await signedIn(AT_USERINFO);
    expect((await row()).minutes).toBe(60);
    expect(await see(9)).toBe("photos");
    await expect.poll(async () => (await row()).confirmed).toBe(9);
    provider.person = { sub: "pia" };
    expect(await see(59)).toBe("photos"); // the token is over after ten minutes
    expect((await row()).tokens).toBeNull();
    expect(await see(60.5)).toBe("signed-out");
  });

  test("a claim that is taken away ends the session", async () => {
    const ttl = { Interaction: 600, Grant: 7_200, Session: 7_200, AccessToken: 7_200, IdToken: 600 };
    const { provider, see } = await signedIn({ ...AT_USERINFO, configuration: { ttl } });
    expect((await row()).minutes).toBeGreaterThan(115); // the token is some seconds old by then
    expect(await see(30)).toBe("photos");
    provider.person = { sub: "pia" };
    expect(await see(41)).toBe("signed-out");
    expect((await row()).ended).toBe(true);
  });
});

describe("a session whose claims can't be asked for again lasts an hour, and the log says why:", () => {
  test.each<[string, IdentityProviderOptions, RegExp]>([
    ["userinfo lacks the claim", { claims: { openid: ["sub", "tenant"] } }, /doesn't name what it named/],
    [
      "a refresh brings neither an id token nor the claim",
      {
        ...REFRESHING,
        rewrite: (path, body) => {
          if (path !== "/token" || !refreshed(body)) return body;
          const { id_token: _, ...others } = body;
          return others;
        },
      },
      /doesn't name what it named|neither an id token/,
    ],
  ])("%s", async (_what, options, why) => {
    const noted = vi.spyOn(log, "info");
    answers = 0;
    const userinfoWithout = (path: string, body: Record<string, unknown>) =>
      path === "/me" ? { sub: body.sub } : (options.rewrite?.(path, body) ?? body);
    const { see } = await signedIn({ ...options, rewrite: userinfoWithout });
    expect(noted).toHaveBeenCalledWith(
      expect.objectContaining({
        event: "claims-not-asked-again",
        minutes: 60,
        cause: expect.stringMatching(why),
      }),
      expect.any(String),
    );
    noted.mockRestore();
    expect(await row()).toMatchObject({ tokens: null, minutes: 60 });
    expect(await see(59)).toBe("photos");
    expect(await see(61)).toBe("signed-out");
  });
});

let answers = 0;
/** Whether the token endpoint answers for the second time. */
function refreshed(body: Record<string, unknown>): boolean {
  if (body.access_token) answers += 1;
  return answers > 1;
}
