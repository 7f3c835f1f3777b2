import { type IncomingMessage, Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { bodyRefusal } from "./body-limit";
import { CLOSED_POLICY, FIXED_HEADERS } from "./fixed-headers";
import { STRICT_TRANSPORT } from "./headers";
import { answerPacked, type PackedFiles } from "./packed-files";

const INSTALLED = Symbol.for("watchpost.door");

/** Methods that Next answers with 500, because it can't make a request object of them. */
const UNKNOWN_TO_NEXT = new Set(["TRACE", "TRACK"]);

/**
 * Headers that Next uses within itself. No browser sends them, and with some of them Next answers 200 without
 * a page.
 */
const OF_NEXT = [
  ...["x-middleware-prefetch", "x-middleware-subrequest", "x-middleware-invoke", "x-middleware-rewrite"],
  ...[
    "x-nextjs-data",
    "x-invoke-path",
    "x-invoke-query",
    "x-invoke-status",
    "x-invoke-error",
    "x-matched-path",
  ],
];

const SENTENCES = {
  405: ["method_not_allowed", "This method isn't answered here."],
  411: ["length_required", "A request must say the length of its body."],
  413: ["too_large", "The body is longer than anything that is read here."],
  417: ["expectation_failed", "Only 100-continue can be expected here."],
} as const;

/**
 * Stands before Next's server in this process. It sets the security headers of every answer, also of
 * redirects, files and errors that Next makes by itself, and refuses requests whose body must not be read.
 *
 * Next has no place for this: proxy.ts runs after Next has begun to read the body, and not for files or
 * redirects.
 * @param options.https whether browsers reach the portal by https
 * @param options.upgrades whether Next gets upgrades: the development server reloads pages through a
 * websocket
 * @param options.packed scripts and styles that are sent as the build has packed them
 */
export function installDoor({
  https,
  upgrades = false,
  packed = new Map(),
}: {
  https: boolean;
  upgrades?: boolean;
  packed?: PackedFiles;
}): void {
  const prototype = Server.prototype as Server & { [INSTALLED]?: true };
  if (prototype[INSTALLED]) return;
  prototype[INSTALLED] = true;
  if (!upgrades) ignoreUpgrades(prototype);
  const emit = prototype.emit;
  prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (event === "connection") prepareServer(this, { https });
    if (event === "request" || event === "checkContinue") {
      const [request, response] = args as [IncomingMessage, ServerResponse];
      // A server that ends waits for its connections, and a proxy would go on asking on them.
      if (!this.listening) response.shouldKeepAlive = false;
      if (answerAtDoor(request, response, { https })) return true;
      if (answerPacked(packed, request, response)) return true;
    }
    if (event === "connect") {
      answerRaw(args[1] as Socket, 405, { https });
      return true;
    }
    if (event === "clientError") {
      answerUnreadable(args[0] as NodeJS.ErrnoException, args[1] as Socket, { https });
      return true;
    }
    return Reflect.apply(emit, this, [event, ...args]);
  } as typeof prototype.emit;
}

/**
 * A request to change to another protocol is answered in this one (RFC 9110, section 7.8). Node does so
 * where nobody listens for it. Next listens, keeps the connection open, and never answers.
 */
function ignoreUpgrades(prototype: Server): void {
  const listenerCount = prototype.listenerCount;
  prototype.listenerCount = function (this: Server, ...asked: Parameters<typeof listenerCount>): number {
    return asked[0] === "upgrade" ? 0 : Reflect.apply(listenerCount, this, asked);
  } as typeof listenerCount;
}

/** Enough for a body of a few kB. Node looks for late requests every 30 s. */
const REQUEST_TIMEOUT_MS = 20_000;

const prepared = new WeakSet<Server>();

/**
 * Bounds how long a request may take to come, and answers expectations: by itself Node asks for a body before
 * its head is checked, and answers an unknown expectation without headers.
 */
function prepareServer(server: Server, { https }: { https: boolean }): void {
  if (prepared.has(server)) return;
  prepared.add(server);
  server.requestTimeout = Math.min(server.requestTimeout || Number.POSITIVE_INFINITY, REQUEST_TIMEOUT_MS);
  server.headersTimeout = Math.min(server.headersTimeout || Number.POSITIVE_INFINITY, REQUEST_TIMEOUT_MS);
  if (server.listenerCount("checkContinue") === 0)
    server.on("checkContinue", (request, response) => {
      response.writeContinue();
      server.emit("request", request, response);
    });
  if (server.listenerCount("checkExpectation") === 0)
    server.on("checkExpectation", (request, response) => refuse(request, response, 417, { https }));
  // Without a listener Node cuts the connection, and nobody answers.
  if (server.listenerCount("connect") === 0) server.on("connect", () => {});
}

/** Answers on a connection that Node has handed over with its request. */
function answerRaw(socket: Socket, status: keyof typeof SENTENCES, { https }: { https: boolean }): void {
  const body = bodyOf(status);
  const headers = { ...fixedHeaders(https), ...refusalHeaders(status), "Content-Length": body.length };
  socket.on("error", () => {}); // it may be cut off while it is answered
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${linesOf(headers)}\r\n${body}`, () =>
    socket.destroy(),
  );
}

const linesOf = (headers: Record<string, string | number>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");

const UNREADABLE: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** Answers what is no HTTP request: Node's own answer has no security headers. */
export function answerUnreadable(
  { code = "" }: NodeJS.ErrnoException,
  socket: Pick<Socket, "writable" | "end" | "destroy">,
  { https }: { https: boolean },
): void {
  if (!socket.writable || code === "ECONNRESET") return void socket.destroy();
  const headers = { ...fixedHeaders(https), Connection: "close", "Content-Length": 0 };
  socket.end(`HTTP/1.1 ${UNREADABLE[code] ?? "400 Bad Request"}\r\n${linesOf(headers)}\r\n`);
}

const fixedHeaders = (https: boolean): Record<string, string> => ({
  ...FIXED_HEADERS,
  "Content-Security-Policy": CLOSED_POLICY,
  ...(https && { "Strict-Transport-Security": STRICT_TRANSPORT }),
});

/**
 * Sets the headers of the answer, and removes from the request those that only Next may set. A page
 * overwrites the policy with its own.
 * @returns whether the request was refused and answered
 */
export function answerAtDoor(
  request: IncomingMessage,
  response: ServerResponse,
  { https }: { https: boolean },
): boolean {
  for (const [name, value] of Object.entries(fixedHeaders(https))) response.setHeader(name, value);
  for (const name of OF_NEXT) delete request.headers[name];
  const { "content-length": contentLength, "transfer-encoding": transferEncoding } = request.headers;
  const status = UNKNOWN_TO_NEXT.has(request.method ?? "")
    ? 405
    : bodyRefusal({ contentLength, transferEncoding });
  if (status === null) return false;
  refuse(request, response, status, { https });
  return true;
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: keyof typeof SENTENCES,
  { https }: { https: boolean },
): void {
  response.writeHead(status, { ...fixedHeaders(https), ...refusalHeaders(status) });
  response.end(bodyOf(status), () => request.destroy());
}

function bodyOf(status: keyof typeof SENTENCES): string {
  const [code, message] = SENTENCES[status];
  return JSON.stringify({ error: { code, message } });
}

/** The connection is closed, because the next request on it would stand behind the unread body. */
const refusalHeaders = (status: keyof typeof SENTENCES) => ({
  "Content-Type": "application/json",
  "Cache-Control": "no-store",
  Connection: "close",
  ...(status === 405 && { Allow: "GET, HEAD, POST, PUT" }),
});
