import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { reservePort } from "./ports";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function occupied(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

test("a port that was chosen and is taken is named with its variable", async () => {
  const port = await occupied();
  await expect(reservePort("inbox", { DEMO_INBOX_PORT: String(port) })).rejects.toThrow(
    `DEMO_INBOX_PORT=${port} is taken by another process: choose another, or leave it unset.`,
  );
});

test("what is no port is refused", async () => {
  await expect(reservePort("portal", { PORT: "many" })).rejects.toThrow("PORT=many is no port");
});

test("two demos at once never get the same port", async () => {
  const first = await reservePort("portal", {});
  closing.push(first.release);
  const second = await reservePort("portal", {});
  closing.push(second.release);
  expect(second.port).not.toBe(first.port);
});
