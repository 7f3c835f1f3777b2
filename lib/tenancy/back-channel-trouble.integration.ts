import { createServer, type ServerResponse } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { listen } from "@/demo/pages/listen";
import { log } from "@/lib/infra/log";
import { metricsText } from "@/lib/infra/metrics";
import { isOut, logoutWorldOfFile, sendLogout, signedIn } from "@/testing/logout-world";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // refusals are wanted here
});

const { world, stops, signingProvider } = logoutWorldOfFile();

describe("a logout token", () => {
  test("is carried out also from an address that sent many bad ones, which alone are told to wait", async () => {
    const { settings, sign } = await signingProvider();
    const browser = await signedIn(world, settings);
    const warned = vi.spyOn(log, "warn");
    const from = "203.0.113.9";
    for (let nth = 0; nth < 60; nth += 1)
      expect((await sendLogout("x", settings, { from })).status).toBe(400);
    const limited = await sendLogout("x", settings, { from });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    // A flood of them leaves no more lines in the log than that.
    expect(warned).toHaveBeenCalledTimes(60);
    warned.mockRestore();
    expect((await sendLogout(await sign({}), settings, { from })).status).toBe(200);
    expect(await isOut(browser)).toBe(true);
    const text = await metricsText({ process: "web", isDatabaseReachable: async () => true });
    expect(text).toMatch(/^watchpost_provider_logouts_total{result="rate-limited"} 1$/m);
  });

  test("is carried out however many a provider sends at once", async () => {
    const { settings, sign } = await signingProvider();
    const tokens = await Promise.all(Array.from({ length: 150 }, (_, nth) => sign({ sub: `p${nth}` })));
    const answers = await Promise.all(
      tokens.map((token) => sendLogout(token, settings, { from: "203.0.113.10" })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("isn't refused where provider or database can't be asked, but is wanted again", async () => {
    const { settings, sign } = await signingProvider();
    const dead = { ...settings, issuer: "http://127.0.0.1:9" };
    const silent = await sendLogout(await sign({ iss: dead.issuer }), dead);
    expect([silent.status, silent.headers.get("cache-control")]).toEqual([503, "no-store"]);
    const token = await sign({});
    await world.sql.query("ALTER TABLE logout_token RENAME TO elsewhere");
    try {
      expect((await sendLogout(token, settings)).status).toBe(503);
    } finally {
      await world.sql.query("ALTER TABLE elsewhere RENAME TO logout_token");
    }
    // The provider may send it again.
    expect((await sendLogout(token, settings)).status).toBe(200);
  });

  test.each<[string, (response: ServerResponse) => unknown]>([
    ["answer 500", (response) => response.writeHead(500).end()],
    ["are no JSON", (response) => response.end("<html>")],
    ["are no keys", (response) => response.end('{"keys":7}')],
    ["never come", (response) => response.destroy()],
  ])("is distinguished from a forged one where the provider's keys %s", async (_what, answerKeys) => {
    const { settings, sign } = await signingProvider({
      rewrite: (path, body) =>
        path.startsWith("/.well-known/openid") ? { ...body, jwks_uri: keysUrl } : body,
    });
    const keysAt = createServer((_request, response) => answerKeys(response));
    stops.push(async () => keysAt.close());
    const keysUrl = `http://127.0.0.1:${await listen(keysAt, 0, "The keys of this test")}/keys`;
    const failed = vi.spyOn(log, "error");
    expect((await sendLogout(await sign({}), settings)).status).toBe(503);
    expect(failed.mock.lastCall?.[0]).toEqual({
      event: "provider-logout-failed",
      cause: expect.stringMatching(/^The provider's keys can't be read: /),
    });
    failed.mockRestore();
  });
});
