import { NextRequest } from "next/server";
import { beforeEach, expect, test, vi } from "vitest";
import { log } from "@/lib/infra/log";
import { isOut, logoutWorldOfFile, signedIn } from "@/testing/logout-world";
import { PORTAL_URL } from "@/testing/sign-in-world";
import { signOutByFrame } from "./front-channel";
import type { SignInSettings } from "./settings";

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

test("somebody who guesses is told to wait, and others aren't", async () => {
  const browser = await inSession("s-1");
  for (let nth = 0; nth < 60; nth += 1)
    expect((await call({ iss: settings.issuer, sid: `guess-${nth}` }, "203.0.113.20")).status).toBe(200);
  expect((await call({ iss: settings.issuer, sid: "s-1" }, "203.0.113.20")).status).toBe(429);
  expect(await isOut(browser)).toBe(false);
  expect((await call({ iss: settings.issuer, sid: "s-1" }, "203.0.113.21")).status).toBe(200);
  expect(await isOut(browser)).toBe(true);
});
