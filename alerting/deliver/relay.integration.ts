import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { parseSmtpUrl } from "@/lib/delivery/smtp/smtp-url";
import { log } from "@/lib/infra/log";
import { startTestRelay, type TestRelay } from "@/testing/relay";
import { createRelay } from "./relay";

const { signal } = new AbortController();
const mail = { from: "watchpost@watchpost.example", to: "owner@photos.example" };
let taking: TestRelay;
beforeAll(async () => {
  taking = await startTestRelay();
});
afterAll(() => taking?.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

test("logs a mistake of our own with its stack, which SMTP has no word for", async () => {
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  const relay = createRelay(parseSmtpUrl(taking.url));
  const outcome = await relay.send({ ...mail, raw: undefined as unknown as Buffer }, signal);
  relay.close();
  expect(outcome.class).not.toBe("accepted");
  expect(logged.mock.calls).toMatchObject([[{ err: expect.any(TypeError) }, expect.any(String)]]);
});

test.each([
  ["a relay that isn't there", async () => createRelay(parseSmtpUrl("smtp://127.0.0.1:9"))],
  [
    "a relay that refuses",
    async () => {
      await taking.stop();
      taking = await startTestRelay({ data: () => "550 5.7.1 No" });
      return createRelay(parseSmtpUrl(taking.url));
    },
  ],
])("logs nothing of %s: the outcome says it", async (_, make) => {
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  const relay = await make();
  const outcome = await relay.send({ ...mail, raw: Buffer.from("Subject: a\r\n\r\nb\r\n") }, signal);
  relay.close();
  expect(outcome.class).not.toBe("accepted");
  expect(logged).not.toHaveBeenCalled();
});
