import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { log } from "@/lib/infra/log";
import { startTestOutbox, type TestOutbox } from "@/testing/outbox";
import { type ScriptedRelay, startScriptedRelay } from "@/testing/scripted-relay";
import { type AddressWatch, startAddressWatch } from "./watch-addresses";

vi.hoisted(() => {
  process.env.LOG_LEVEL = "silent"; // what is missing is wanted here
});

let db: TestOutbox;
const stops: { stop(): Promise<unknown> }[] = [];
beforeEach(async () => {
  db = await startTestOutbox();
});
afterEach(async () => {
  for (const each of stops.splice(0).reverse()) await each.stop();
  await db.drop();
});

async function relayThatOffers(...offers: string[]): Promise<ScriptedRelay> {
  const relay = await startScriptedRelay({ greeting: "220 relay.example ESMTP", offers });
  stops.push(relay);
  return relay;
}
/** A watch, and how often it has looked. */
function watch(smtpUrl: string): AddressWatch & { looks: () => number } {
  let looks = 0;
  const addressesOutsideAscii = async () => {
    looks += 1;
    return db.outbox.addressesOutsideAscii();
  };
  const watching = startAddressWatch({ smtpUrl, outbox: { addressesOutsideAscii }, lookEveryMs: 20 });
  stops.push(watching);
  return { ...watching, looks: () => looks };
}
const address = (tenant: string, contact: string, state = "live") =>
  db.pool.query("UPDATE tenant SET contact_address = $2, state = $3::tenant_state WHERE id = $1", [
    tenant,
    contact,
    state,
  ]);
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 30_000, interval: 20 });
const SAID = /^The mail relay doesn't offer SMTPUTF8, which a contact address needs .* names the tenants\.$/;

test("says that the relay can't send to an address, names its tenant in the log alone, and takes it back", async () => {
  const logged = vi.spyOn(log, "warn");
  const relay = await relayThatOffers("8BITMIME");
  await address("photos", "jürgen@photos.example");
  const watching = watch(relay.url);
  await until(() => expect(watching.findings()).toEqual([expect.stringMatching(SAID)]));
  expect(watching.findings().join()).not.toMatch(/photos|jürgen/);
  expect(logged).toHaveBeenCalledWith({ tenants: ["photos"] }, expect.stringContaining("SMTPUTF8"));
  await address("tickets", "用户@tickets.example");
  await until(() => expect(watching.findings().join()).toContain("which 2 contact addresses need"));
  await address("tickets", "用户@tickets.example", "ended");
  await address("photos", "owner@photos.example");
  await until(() => expect(watching.findings()).toEqual([]));
  logged.mockRestore();
});

test("asks a relay that offers it once for the same addresses, and none while no address needs it", async () => {
  const relay = await relayThatOffers("SMTPUTF8");
  await address("photos", "owner@bücher.example");
  const watching = watch(relay.url);
  await until(() => expect(watching.looks()).toBeGreaterThan(2));
  expect(relay.commands).toEqual([]);
  await address("photos", "jürgen@photos.example");
  const greeted = () => relay.commands.filter((line) => line.startsWith("EHLO")).length;
  await until(() => expect(greeted()).toBe(1));
  const before = watching.looks();
  await until(() => expect(watching.looks()).toBeGreaterThan(before + 2));
  expect(greeted()).toBe(1);
  expect(watching.findings()).toEqual([]);
});

test("ends at once while a relay keeps it waiting", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  stops.push({ stop: async () => silent.close() });
  const connected = once(silent, "connection");
  await address("photos", "jürgen@photos.example");
  const { port } = silent.address() as AddressInfo;
  const watching = watch(`smtp://127.0.0.1:${port}`);
  const [socket] = (await connected) as [Socket];
  const closed = once(socket.resume(), "close");
  await watching.stop();
  await closed; // given up, not waited for
  expect([watching.findings(), watching.looks()]).toEqual([[], 1]);
});

test("a relay that can't be asked is said nothing against, and asked again", async () => {
  const relay = await relayThatOffers("8BITMIME");
  relay.refuse([{ phase: "auth", reply: "535 5.7.8 authentication failed" }]);
  await address("photos", "jürgen@photos.example");
  const watching = watch(relay.url);
  await until(() => expect(watching.looks()).toBeGreaterThan(2));
  expect(watching.findings()).toEqual([]);
  relay.refuse([]);
  await until(() => expect(watching.findings()).toHaveLength(1));
});
