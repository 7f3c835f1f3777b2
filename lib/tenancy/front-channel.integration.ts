import { NextRequest } from "next/server";
import { beforeEach, expect, test, vi } from "vitest";
import { log } from "@/lib/infra/log";
import { isOut, logoutWorldOfFile, signedIn } from "@/testing/logout-world";
import { PORTAL_URL } from "@/testing/sign-in-world";
import { signOutByFrame } from "./front-channel";
import type { SignInSettings } from "./settings";
import { tenancyStore } from "./store";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // refusals are wanted here
});

const { world, signingProvider } = logoutWorldOfFile();
let settings: SignInSettings;
beforeEach(async () => {
  ({ settings } = await signingProvider());
});

/** As a browser calls it in a frame of the provider's page: without a cookie. */
function call(parameters: Record<string, string>, from = "198.51.100.7") {
  const url = `${PORTAL_URL}/api/auth/frontchannel-logout?${new URLSearchParams(parameters)}`;
  const request = new NextRequest(url, { headers: { "x-forwarded-for": from } });
  return signOutByFrame(request, settings);
}

async function inSession(sid: string) {
  const browser = await signedIn(world, settings);
  await world.sql.query("UPDATE session SET provider_sid = $1 WHERE provider_sid IS NULL", [sid]);
  return browser;
}

test("a frame that names the provider's session ends what belongs to it, and nothing else", async () => {
  const [one, other] = [await inSession("s-1"), await inSession("s-2")];
  const logged = vi.spyOn(log, "info");
  const answer = await call({ iss: settings.issuer, sid: "s-1" });
  expect([answer.status, answer.headers.get("cache-control"), await answer.text()]).toEqual([
    200,
    "no-store",
    "",
  ]);
  expect([await isOut(one), await isOut(other)]).toEqual([true, false]);
  expect(logged).toHaveBeenCalledWith({ event: "provider-logout", ended: 1 }, expect.any(String));
  logged.mockRestore();
  expect((await call({ iss: `${settings.issuer}/`, sid: "s-2" })).status).toBe(200);
  expect(await isOut(other)).toBe(true);
  const { rows } = await world.sql.query("SELECT count(provider_tokens)::int AS kept FROM session");
  expect(rows).toEqual([{ kept: 0 }]);
});

test.each<[string, Record<string, string>]>([
  ["no session", { iss: "ISSUER" }],
  ["an empty session", { iss: "ISSUER", sid: "" }],
  ["a session that can't be", { iss: "ISSUER", sid: "a\u0000b" }],
  ["no issuer", { sid: "s-1" }],
  ["another issuer", { iss: "https://evil.example", sid: "s-1" }],
])("a frame that names %s ends nothing", async (_what, parameters) => {
  const browser = await inSession("s-1");
  const iss = parameters.iss?.replace("ISSUER", settings.issuer);
  expect((await call({ ...parameters, ...(iss && { iss }) })).status).toBe(400);
  expect(await isOut(browser)).toBe(false);
});

test("behind a proxy that hides addresses, strangers' calls keep no real one from ending its session", async () => {
  const browser = await inSession("s-1");
  const strangers = await Promise.all(
    Array.from({ length: 200 }, (_, nth) => call({ iss: settings.issuer, sid: `guess-${nth}` })),
  );
  await Promise.all(Array.from({ length: 200 }, () => call({ iss: "https://evil.example", sid: "s-1" })));
  expect(await isOut(browser)).toBe(false);
  const own = await call({ iss: settings.issuer, sid: "s-1" });
  expect(await isOut(browser)).toBe(true);
  // Nor does an answer tell whether there was a session.
  const seen = async (answer: Response) => [answer.status, [...answer.headers], await answer.text()];
  const expected = await seen(own);
  for (const answer of strangers) expect(await seen(answer)).toEqual(expected);
});

test("calls that come together are one statement, and the next one waits for it", async () => {
  const browsers = [await inSession("s-1"), await inSession("s-2")];
  const asked = vi.spyOn(tenancyStore, "endSessionsOfSids");
  const sids = ["s-1", ...Array.from({ length: 100 }, (_, nth) => `guess-${nth}`), "s-2", "s-1"];
  const answers = await Promise.all(sids.map((sid) => call({ iss: settings.issuer, sid })));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(asked.mock.calls.length).toBeLessThanOrEqual(2);
  expect(asked.mock.calls.flatMap(([, asking]) => asking)).toHaveLength(102);
  asked.mockRestore();
  for (const browser of browsers) expect(await isOut(browser)).toBe(true);
});

test("a call that the database fails is told so, and the next one is carried out", async () => {
  const browser = await inSession("s-1");
  const failing = vi
    .spyOn(tenancyStore, "endSessionsOfSids")
    .mockRejectedValueOnce(Object.assign(new Error("The database is away."), { code: "ECONNREFUSED" }));
  expect((await call({ iss: settings.issuer, sid: "s-1" })).status).toBe(503);
  failing.mockRestore();
  expect((await call({ iss: settings.issuer, sid: "s-1" })).status).toBe(200);
  expect(await isOut(browser)).toBe(true);
});
