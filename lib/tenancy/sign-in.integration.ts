import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { NextRequest } from "next/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { DEMO_PASSWORD } from "@/demo/identity/accounts";
import { CookieJar, signInAtProvider } from "@/demo/identity/sign-in";
import { connectionPool } from "@/lib/infra/db";
import { log } from "@/lib/infra/log";
import { metricsText } from "@/lib/infra/metrics";
import { PORTAL_URL, SignInBrowser, worldOfFile } from "@/testing/sign-in-world";
import { accessOf } from "./session";
import { beginSignIn } from "./sign-in";
import { createSignInLimiter } from "./sign-in-limit";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // failures are wanted here
});

const world = worldOfFile();
let browser: SignInBrowser;
beforeEach(async () => {
  browser = new SignInBrowser(world);
  await world.skewProvider(0);
});

const location = (response: Response) => response.headers.get("location");

describe("the start of a sign-in", () => {
  test("asks for a code with PKCE, a state and a nonce, and keeps their other halves from scripts", async () => {
    const { response, goesTo } = await browser.begin();
    const asked = new URL(goesTo).searchParams;
    expect(asked.get("response_type")).toBe("code");
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(asked.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(asked.get("state")).toMatch(/^[\w-]{43}$/);
    expect(asked.get("nonce")).toMatch(/^[\w-]{43}$/);
    expect(asked.get("redirect_uri")).toBe(`${PORTAL_URL}/api/auth/callback/oidc`);
    for (const line of response.headers.getSetCookie()) {
      expect(line).toMatch(/HttpOnly/);
      expect(line).toMatch(/SameSite=Lax/);
    }
    for (const half of [asked.get("state"), asked.get("nonce")])
      expect(browser.jar.header).not.toContain(half);
  });

  test("by https, sets each cookie for this host alone", async () => {
    vi.stubEnv("NEXTAUTH_URL", "https://portal.example");
    try {
      const { response } = await browser.begin({
        ...world.settings,
        portalOrigin: "https://portal.example",
        https: true,
      });
      const lines = response.headers.getSetCookie();
      expect(lines.length).toBeGreaterThanOrEqual(4);
      for (const line of lines) expect(line).toMatch(/^__Host-watchpost\..*Path=\/;.*HttpOnly; Secure/);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("waits, and says how long, once too many were started", async () => {
    const limiter = createSignInLimiter({ perAddress: 1, overall: 10 });
    const press = () =>
      beginSignIn(
        new NextRequest(`${PORTAL_URL}/api/auth/signin/oidc`, {
          method: "POST",
          body: new URLSearchParams(),
        }),
        world.settings,
        limiter,
      );
    expect((await press()).status).toBe(200);
    const refused = await press();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.text()).toContain("/sign-in?error=rate-limited");
  });
});

describe("a sign-in", () => {
  test("lands in the owner's own tenant, on the page that was asked for", async () => {
    const response = await browser.signInAs(
      "owner@photos.example",
      world.settings,
      "/signals/latency?range=24h",
    );
    expect(response.status).toBe(303);
    expect(location(response)).toBe("/signals/latency?range=24h");
    expect(await browser.see()).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
    expect([...browser.jar.held.keys()]).toEqual(["watchpost.session"]);
  });

  test("is counted by what came of it, and by nobody's name", async () => {
    const text = () => metricsText({ process: "web", isDatabaseReachable: async () => true });
    const count = async (result: string) =>
      Number(
        new RegExp(`^watchpost_sign_ins_total{result="${result}"} (\\d+)$`, "m").exec(await text())?.[1],
      );
    const results = ["ok", "state-mismatch", "token-refused"];
    const before = await Promise.all(results.map(count));
    await browser.signInAs("owner@photos.example");
    await new SignInBrowser(world).finish(
      new URL(`${PORTAL_URL}/api/auth/callback/oidc?code=x&state=y`).href,
    );
    expect(await Promise.all(results.map(count))).toEqual([
      (before[0] ?? 0) + 1,
      (before[1] ?? 0) + 1,
      before[2],
    ]);
    expect(await text()).not.toContain("photos");
  });

  test("never lands on another site", async () => {
    const response = await browser.signInAs("owner@photos.example", world.settings, "https://evil.example/");
    expect(location(response)).toBe("/");
  });

  test("lasts twelve hours and not longer", async () => {
    await browser.signInAs("owner@photos.example");
    const { rows } = await world.sql.query(
      "SELECT expires_at - started_at = interval '12 hours' AS exact FROM session ORDER BY started_at DESC LIMIT 1",
    );
    expect(rows[0].exact).toBe(true);
  });

  test("ends the session that the same browser had before", async () => {
    await browser.signInAs("owner@photos.example");
    const before = browser.jar.sent;
    await browser.signInAs("both@example.org");
    expect(await accessOf(before, world.settings, Date.now())).toEqual({ kind: "signed-out" });
    expect(await browser.see()).toMatchObject({ kind: "choose" });
  });

  test.each([
    ["nobody@example.org", "no-tenant"],
    ["odd@example.org", "no-tenant"],
    ["stranger@example.org", "unknown-tenant"],
    ["early@example.org", "not-yet-live"],
    ["gone@example.org", "ended"],
  ])("of %s works, and shows no data: %s", async (email, reason) => {
    expect(location(await browser.signInAs(email))).toBe("/");
    expect(await browser.see()).toMatchObject({ kind: "refused", reason, owner: { label: email } });
  });

  test("with one known tenant among several lands in that one", async () => {
    await browser.signInAs("half@example.org");
    expect(await browser.see()).toMatchObject({ kind: "granted", scope: { tenantId: "photos" } });
  });

  test.each([
    ["20 s ahead", 20],
    ["so late that its token of one hour expired 20 s ago", -3_620],
  ])("tolerates a provider's clock that is %s", async (_what, skewSeconds) => {
    await world.skewProvider(skewSeconds);
    await browser.signInAs("owner@photos.example");
    expect(await browser.see()).toMatchObject({ kind: "granted" });
  });

  test("refuses a token that expired long ago by our clock", async () => {
    await world.skewProvider(-2 * 3_600);
    expect(location(await browser.signInAs("owner@photos.example"))).toBe("/sign-in?error=clock-apart");
    expect(await browser.see()).toEqual({ kind: "signed-out" });
  });
});

describe("sign-ins in several tabs", () => {
  const email = "owner@photos.example";

  test("each come to their own end, in any order", async () => {
    const tabs = [];
    for (const page of ["/alerts", "/timeline", "/thresholds"])
      tabs.push({ page, ...(await browser.begin(world.settings, page)) });
    for (const { page, goesTo } of tabs) {
      expect(location(await browser.finish(await browser.answerOf(goesTo, email)))).toBe(page);
      expect(await browser.see()).toMatchObject({ kind: "granted" });
    }
    expect([...browser.jar.held.keys()]).toEqual(["watchpost.session"]);
  });

  test("are bounded: the oldest one ends, and the cookies fit into a request", async () => {
    const oldest = await browser.begin();
    for (let tab = 0; tab < 30; tab += 1) await browser.begin();
    expect(browser.jar.header.length).toBeLessThan(8_000);
    const states = [...browser.jar.held.keys()].filter((name) => name.startsWith("watchpost.state."));
    expect(states.length).toBeLessThanOrEqual(4);
    const answer = await browser.answerOf(oldest.goesTo, email);
    expect(location(await browser.finish(answer))).toBe("/sign-in?error=state-mismatch");
  });

  test("and the newest may be finished by a build that knows one sign-in only", async () => {
    const { goesTo } = await browser.begin(world.settings, "/alerts");
    for (const name of browser.jar.held.keys()) if (/\.f[0-9a-z]+$/.test(name)) browser.jar.held.delete(name);
    expect(location(await browser.finish(await browser.answerOf(goesTo, email)))).toBe("/alerts");
    expect([...browser.jar.held.keys()]).toEqual(["watchpost.session"]);
  });
});

describe("an answer that isn't the provider's to this browser's question", () => {
  const email = "owner@photos.example";
  const account = { email, password: DEMO_PASSWORD };

  test("is refused with a forged state", async () => {
    const { goesTo } = await browser.begin();
    const answer = new URL(await signInAtProvider(goesTo, PORTAL_URL, account));
    answer.searchParams.set("state", "f".repeat(43));
    expect(location(await browser.finish(answer.href))).toBe("/sign-in?error=state-mismatch");
    expect(await browser.see()).toEqual({ kind: "signed-out" });
  });

  test("is refused in a browser that began no sign-in, or keeps no cookies", async () => {
    const { goesTo } = await browser.begin();
    const answer = await signInAtProvider(goesTo, PORTAL_URL, account);
    browser.jar = new CookieJar();
    expect(location(await browser.finish(answer))).toBe("/sign-in?error=state-mismatch");
  });

  test("is refused with the code of another browser's sign-in", async () => {
    const { goesTo } = await browser.begin();
    const stolen =
      new URL(await signInAtProvider(goesTo, PORTAL_URL, account)).searchParams.get("code") ?? "";
    browser.jar = new CookieJar();
    const own = await browser.begin();
    const answer = new URL(await signInAtProvider(own.goesTo, PORTAL_URL, account));
    answer.searchParams.set("code", stolen);
    expect(location(await browser.finish(answer.href))).toBe("/sign-in?error=answer-refused");
    expect(await browser.see()).toEqual({ kind: "signed-out" });
  });

  test("is refused a second time", async () => {
    const { goesTo } = await browser.begin();
    const answer = await signInAtProvider(goesTo, PORTAL_URL, account);
    const before = new CookieJar();
    for (const [name, value] of browser.jar.held) before.held.set(name, value);
    await browser.finish(answer);
    browser.jar = before;
    expect(location(await browser.finish(answer))).toBe("/sign-in?error=answer-refused");
  });

  test("is refused after it was finished, and one without a state, with no request to the provider", async () => {
    const { goesTo } = await browser.begin();
    const answer = await signInAtProvider(goesTo, PORTAL_URL, account);
    await browser.finish(answer);
    const fetched = vi.spyOn(globalThis, "fetch");
    try {
      for (const url of [answer, `${PORTAL_URL}/api/auth/callback/oidc`, `${answer}&state=x`]) {
        const response = await browser.finish(url);
        expect([response.status, location(response)]).toEqual([303, "/sign-in?error=state-mismatch"]);
      }
      expect(fetched).not.toHaveBeenCalled();
    } finally {
      fetched.mockRestore();
    }
    expect(await browser.see()).toMatchObject({ kind: "granted" });
  });

  test("is distinguished when the owner cancelled", async () => {
    await browser.begin();
    const answer = `${PORTAL_URL}/api/auth/callback/oidc?error=access_denied&state=x`;
    expect(location(await browser.finish(answer))).toBe("/sign-in?error=access-denied");
  });
});

describe("a provider that doesn't play its part", () => {
  test("is named when it can't be reached, and nothing is left in the browser", async () => {
    const { goesTo } = await browser.begin({ ...world.settings, issuer: "http://127.0.0.1:9" });
    expect(goesTo).toBe("/sign-in?error=issuer-unreachable");
    expect(browser.jar.held.size).toBe(0);
  });

  test.each([
    ["another status", 503, "text/plain", "down"],
    ["a web page", 200, "text/html", "<html>maintenance</html>"],
    ["a document without endpoints", 200, "application/json", "{}"],
  ])("is named when it answers with %s", async (_what, status, type, body) => {
    const server = createServer((_request, response) =>
      response.writeHead(status, { "content-type": type }).end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect((await browser.begin({ ...world.settings, issuer })).goesTo).toBe(
        "/sign-in?error=issuer-unreachable",
      );
    } finally {
      server.close();
    }
  });

  test("is named when it refuses our client secret", async () => {
    const response = await browser.signInAs("owner@photos.example", {
      ...world.settings,
      clientSecret: "wrong",
    });
    expect(location(response)).toBe("/sign-in?error=client-refused");
  });

  test("is refused when it calls itself otherwise than we were told", async () => {
    const issuer = world.identity.issuer.replace("127.0.0.1", "localhost");
    const { goesTo } = await browser.begin({ ...world.settings, issuer });
    expect(goesTo).toBe("/sign-in?error=issuer-mismatch");
  });
});

describe("a database that can't be written", () => {
  test("isn't blamed for a mistake in our own code, which is logged with its stack", async () => {
    const pool = connectionPool();
    const query = pool.query.bind(pool);
    const mistake = new TypeError("x is not a function");
    const spies = [
      vi.spyOn(pool, "query").mockImplementation((...values: unknown[]) => {
        if (JSON.stringify(values[0]).includes("FROM tenant WHERE id = ANY")) throw mistake;
        return Reflect.apply(query, pool, values);
      }),
      vi.spyOn(log, "error"),
    ];
    try {
      expect(location(await browser.signInAs("owner@photos.example"))).toBe("/sign-in?error=failed");
      expect(log.error).toHaveBeenCalledWith(expect.objectContaining({ err: mistake }), expect.any(String));
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });

  test("is named, and nobody is signed in", async () => {
    await world.sql.query("ALTER TABLE session RENAME TO session_elsewhere");
    try {
      expect(location(await browser.signInAs("owner@photos.example"))).toBe(
        "/sign-in?error=database-unreachable",
      );
      expect(browser.jar.held.has("watchpost.session")).toBe(false);
    } finally {
      await world.sql.query("ALTER TABLE session_elsewhere RENAME TO session");
    }
  });
});
