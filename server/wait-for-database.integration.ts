import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { DatabaseUnusableError, waitForDatabase } from "./wait-for-database";

/** So that a wait to its end fails. */
const LONGER_THAN_A_TEST_MS = 600_000;
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => server.close());
  const address = server.address();
  return `postgresql://w:secret@127.0.0.1:${typeof address === "object" && address ? address.port : 0}/watchpost`;
}
const waited = (url: string) => waitForDatabase(url, { timeoutMs: LONGER_THAN_A_TEST_MS, report: () => {} });

test.each<[string, (socket: Socket) => void]>([
  ["HTTP", (socket) => socket.once("data", () => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"))],
  ["SSH, which speaks first", (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n")],
  ["MySQL, which speaks first", (socket) => socket.write(Buffer.from("4a0000000a382e302e3300", "hex"))],
])("what speaks %s is said at once not to be a PostgreSQL, and never the password", async (_, speak) => {
  const url = await listening(
    createServer((socket) => {
      socket.on("error", () => {});
      speak(socket);
    }),
  );
  const error: Error = await waited(url).then(
    () => new Error("It was taken for a database."),
    (caught) => caught,
  );
  expect(error).toBeInstanceOf(DatabaseUnusableError);
  expect(error.message).toMatch(
    /^The database watchpost on 127\.0\.0\.1:\d+ doesn't answer as a PostgreSQL does/,
  );
  expect(error.message).not.toContain("secret");
});
