import { X509Certificate } from "node:crypto";
import { register } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerWorkerGauges } from "@/alerting/runtime/metrics";
import { certificateAuthority, throwawayCertificate } from "@/demo/mail/certificate";
import { parseSmtpUrl } from "@/lib/delivery/smtp/smtp-url";
import { freePort } from "@/server/free-port";
import { startTestRelay, type TestRelay } from "@/testing/relay";
import { createRelay, type Relay } from "./relay";

const NAME = "watchpost_relay_certificate_expiry_timestamp_seconds";
const { signal } = new AbortController();
const certificate = await throwawayCertificate();

let secured: TestRelay;
let plain: TestRelay;
let current: Relay;
const relays: Relay[] = [];
beforeAll(async () => {
  [secured, plain] = await Promise.all([startTestRelay({ startTls: certificate }), startTestRelay()]);
  registerWorkerGauges({
    intervalSeconds: 30,
    breaker: () => "closed",
    certificateEndsAtMs: () => current.certificateEndsAtMs(),
    oldestDue: async () => ({ due: 0, waitedMs: 0, undeliveredMs: 0 }),
    lastSlotMs: () => null,
  });
});
afterAll(async () => {
  for (const relay of relays) relay.close();
  await Promise.all([secured?.stop(), plain?.stop()]);
});

/** A relay at an address, as the worker makes it; it trusts the throwaway certificate or nobody's. */
function relayAt({ url }: TestRelay, trusted: boolean): Relay {
  const target = parseSmtpUrl(url);
  const connection = trusted ? { ...target.connection, tls: { ca: certificate.cert } } : target.connection;
  current = createRelay({ ...target, connection });
  relays.push(current);
  return current;
}

const sample = async () => new RegExp(`^${NAME} (.*)$`, "m").exec(await register.metrics())?.[1];

test("the end of the relay's certificate is read from the handshake of a check", async () => {
  const relay = relayAt(secured, true);
  expect(await sample()).toBeUndefined();
  expect(await relay.verify(signal)).toBeNull();
  expect(Number(await sample()) * 1000).toBe(Date.parse(new X509Certificate(certificate.cert).validTo));
});

test("a relay without TLS has no such sample, rather than one of 1970", async () => {
  expect(await relayAt(plain, true).verify(signal)).toBeNull();
  expect(await sample()).toBeUndefined();
});

test("a certificate that isn't trusted is trouble, and its end is not believed", async () => {
  expect(await relayAt(secured, false).verify(signal)).toMatchObject({ class: "transport" });
  expect(await sample()).toBeUndefined();
});

test("a certificate that ends while the worker runs is named, and the next one ends it", async () => {
  const authority = await certificateAuthority("The relay's authority");
  const certificates = [
    await authority.issue(Date.now() + 3_600_000),
    await authority.issue(Date.now() - 60_000),
    await authority.issue(Date.now() + 7_200_000),
  ];
  const port = await freePort();
  let relay: Relay | undefined;
  const seen: (string | null)[] = [];
  for (const startTls of certificates) {
    const server = await startTestRelay({ port, startTls });
    if (!relay) {
      const target = parseSmtpUrl(server.url);
      relay = createRelay({ ...target, connection: { ...target.connection, tls: { ca: authority.cert } } });
      relays.push(relay);
    }
    const trouble = await relay.verify(signal);
    if (trouble) expect(trouble).toMatchObject({ class: "transport", replyCode: null });
    seen.push(trouble?.words ?? null);
    await server.stop();
  }
  expect(seen).toEqual([null, "The relay shows an expired certificate.", null]);
});
