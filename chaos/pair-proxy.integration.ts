import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type PairProxy, startPairProxy } from "./pair-proxy";

let proxy: PairProxy;
let echo: ReturnType<typeof createServer>;
const held: Socket[] = [];
beforeEach(async () => {
  echo = createServer((socket) => {
    held.push(socket);
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const address = echo.address();
  proxy = await startPairProxy(() => (typeof address === "object" && address ? address.port : 0));
});
afterEach(async () => {
  for (const socket of held.splice(0)) socket.destroy();
  await proxy.stop();
  echo.close();
});

/** A client that keeps what came back. */
async function client(): Promise<{ socket: Socket; heard(): string }> {
  const socket = connect(proxy.port, "127.0.0.1");
  held.push(socket);
  socket.on("error", () => {});
  let text = "";
  socket.on("data", (piece) => {
    text += piece;
  });
  await once(socket, "connect");
  return { socket, heard: () => text };
}

test("what was said while the pair hung arrives after it, in order, and nothing ends", async () => {
  const { socket, heard } = await client();
  socket.write("before ");
  await expect.poll(heard).toBe("before ");
  proxy.hang();
  socket.write("first ");
  const late = await client();
  late.socket.write("late");
  socket.write("second");
  // Another pair's proxy carries meanwhile: so there was time for these, and they didn't come.
  const target = echo.address();
  const other = await startPairProxy(() => (typeof target === "object" && target ? target.port : 0));
  const beside = connect(other.port, "127.0.0.1").resume();
  beside.end("beside");
  await once(beside, "close");
  await other.stop();
  expect([heard(), late.heard()]).toEqual(["before ", ""]);
  proxy.mend();
  await expect.poll(heard).toBe("before first second");
  await expect.poll(late.heard).toBe("late");
});

test("a cut pair ends its connections and takes no others, until it is mended", async () => {
  const { socket } = await client();
  proxy.cut();
  await once(socket, "close");
  const refused = connect(proxy.port, "127.0.0.1");
  held.push(refused);
  refused.on("error", () => {});
  await once(refused, "close");
  proxy.mend();
  const again = await client();
  again.socket.write("again");
  await expect.poll(again.heard).toBe("again");
});

test("a slow pair carries all of it, later", async () => {
  proxy.slow(100);
  const { socket, heard } = await client();
  const beganMs = performance.now();
  socket.write("slow");
  await expect.poll(heard).toBe("slow");
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(190);
});

test("the end of one side is the other's", async () => {
  const { socket } = await client();
  socket.resume().end("bye");
  await once(socket, "close");
});
