import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeAll, expect, test } from "vitest";
import { MAX_BODY_BYTES } from "./body-limit";
import { CLOSED_POLICY, FIXED_HEADERS } from "./fixed-headers";
import { installDoor } from "./install-door";

// It needs no service, but ports of its own.
let server: Server | undefined;
let served: IncomingMessage[] = [];
let bytesRead = 0;

/** A server behind the door, which counts what comes through to it and what its connections read. */
async function port(): Promise<number> {
  served = [];
  bytesRead = 0;
  server = createServer((request, response) => {
    served.push(request);
    request.resume().on("end", () => response.end("served"));
  });
  server.on("upgrade", () => {}); // as Next does with what it doesn't know: nothing
  server.on("connection", (socket) => socket.on("close", () => (bytesRead += socket.bytesRead)));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(() => installDoor({ https: true }));

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/**
 * Sends bytes, as fast as they are taken, and reads until the other side ends.
 * @param next is sent on the same connection once something was answered
 * @returns what was answered, and the bytes taken
 */
function send(
  to: number,
  head: string,
  { bodyBytes = 0, next = "" } = {},
): Promise<{ answer: string; sent: number }> {
  return new Promise((resolve) => {
    const socket = connect(to, "127.0.0.1");
    const chunk = Buffer.alloc(64 * 1024, "x");
    let answer = "";
    let left = bodyBytes;
    const more = () => {
      while (left > 0 && !socket.destroyed) {
        left -= chunk.length;
        if (!socket.write(chunk)) return;
      }
    };
    socket.on("data", (data) => (answer += data));
    if (next) socket.once("data", () => socket.write(next));
    socket.on("drain", more);
    socket.on("error", () => {}); // it is cut off while it sends
    socket.on("close", () => resolve({ answer, sent: socket.bytesWritten }));
    socket.write(head);
    more();
  });
}

const head = (method: string, ...headers: string[]) =>
  [`${method} /anything HTTP/1.1`, "Host: portal.example", "Connection: close", ...headers, "", ""].join(
    "\r\n",
  );

const TEN_MEGABYTES = 10 * 1024 * 1024;

test("ten megabytes from thirty strangers aren't read: each is refused by what it announces", async () => {
  const to = await port();
  const answers = await Promise.all(
    Array.from({ length: 30 }, () =>
      send(to, head("POST", `Content-Length: ${TEN_MEGABYTES}`), { bodyBytes: TEN_MEGABYTES }),
    ),
  );
  for (const { answer } of answers) expect(answer).toMatch(/^(HTTP\/1\.1 413 |$)/);
  expect(served).toEqual([]);
  await expect.poll(() => bytesRead).toBeGreaterThan(0);
  // Each sent a piece or two along with the head.
  expect(bytesRead / 30).toBeLessThan(TEN_MEGABYTES / 20);
});

test.each([
  ["a body without a length", head("POST", "Transfer-Encoding: chunked"), 411],
  ["one byte too many", head("PUT", `Content-Length: ${MAX_BODY_BYTES + 1}`), 413],
  [
    "a body announced to be asked for",
    head("POST", `Content-Length: ${TEN_MEGABYTES}`, "Expect: 100-continue"),
    413,
  ],
  ["a GET with a body without a length", `${head("GET", "Transfer-Encoding: chunked")}5\r\nhello\r\n`, 411],
  ["a GET with a body that is too long", head("GET", `Content-Length: ${TEN_MEGABYTES}`), 413],
  [
    "a body without a length, announced to be asked for",
    head("POST", "Transfer-Encoding: chunked", "Expect: 100-continue"),
    411,
  ],
  ["what can't be expected", head("POST", "Content-Length: 5", "Expect: the-moon"), 417],
  [
    "a body that is too long, beside another protocol",
    head("POST", `Content-Length: ${TEN_MEGABYTES}`, "Upgrade: h2c").replace("close", "Upgrade"),
    413,
  ],
  ["TRACE", head("TRACE"), 405],
  ["a tunnel", "CONNECT portal.example:443 HTTP/1.1\r\nHost: portal.example:443\r\n\r\n", 405],
  ["what is no request", "nonsense\r\n\r\n", 400],
  ["a head without an end", `GET / HTTP/1.1\r\nX: ${"x".repeat(40_000)}\r\n\r\n`, 431],
])("%s is refused with %s, headers and all", async (_what, text, status) => {
  const { answer } = await send(await port(), text);
  expect(answer.startsWith(`HTTP/1.1 ${status} `), answer.slice(0, 60)).toBe(true);
  for (const name of Object.keys(FIXED_HEADERS)) expect(answer).toContain(`${name}: `);
  expect(answer).toContain(`Content-Security-Policy: ${CLOSED_POLICY}`);
  expect(answer).toMatch(/Strict-Transport-Security: max-age=\d{8}/);
  expect(served).toEqual([]);
});

test.each([
  ["h2c", head("GET", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")],
  ["websocket", head("GET", "Upgrade: websocket", "Sec-WebSocket-Version: 13")],
  ["h2c, with a body", `${head("POST", "Content-Length: 5", "Upgrade: h2c")}hello`],
])(
  "whoever would rather speak %s is served as anybody else, and so is the next request",
  async (_what, text) => {
    const asking = text.replace("Connection: close", "Connection: Upgrade, HTTP2-Settings");
    const { answer } = await send(await port(), asking, { next: head("GET") });
    const answers = answer.split(/(?=HTTP\/1\.1 )/);
    expect(answers).toHaveLength(2);
    for (const each of answers) {
      expect(each).toMatch(/^HTTP\/1\.1 200 /);
      for (const name of Object.keys(FIXED_HEADERS)) expect(each).toContain(`${name}: `);
    }
    expect(served.map(({ url }) => url)).toEqual(["/anything", "/anything"]);
  },
);

test("a body that may be read is asked for once, and served", async () => {
  const text = head("POST", "Content-Length: 5", "Expect: 100-continue");
  const { answer } = await send(await port(), `${text}hello`);
  expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  expect(served).toHaveLength(1);
});

test("what only Next may say to itself is taken from a request", async () => {
  const said = ["x-middleware-prefetch: 1", "X-Middleware-Subrequest: proxy", "x-nextjs-data: 1", "rsc: 1"];
  await send(await port(), head("GET", ...said));
  const names = Object.keys(served[0]?.headers ?? {});
  expect(names.filter((name) => /^(x-|rsc)/.test(name))).toEqual(["rsc"]);
});

test("what is as long as may be is served, with the headers", async () => {
  const { answer } = await send(
    await port(),
    head("POST", `Content-Length: ${MAX_BODY_BYTES}`) + "x".repeat(MAX_BODY_BYTES),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toContain("X-Content-Type-Options: nosniff");
  expect(served).toHaveLength(1);
});

test("a server that ends answers the next request of a connection, and closes it", async () => {
  const to = await port();
  const ended = new Promise<void>((resolve) => server?.on("close", () => resolve()));
  server?.once("request", () => server?.close());
  const alive = "GET /anything HTTP/1.1\r\nHost: portal.example\r\n\r\n";
  const { answer } = await send(to, alive, { next: alive });
  expect(answer).toMatch(/^connection: close\r$/im);
  await ended;
});
