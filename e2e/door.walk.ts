import { request as send } from "node:http";
import { connect } from "node:net";
import { expect, test } from "@playwright/test";
import { demo } from "./harness";

// Every class of answer of the portal as it is built, seen by HTTP: pages, redirects, the API, files, errors, refusals.

type Answer = { status: number; headers: Map<string, string[]> };

/** Asks without a browser, which would follow redirects and refuse methods. */
function ask(path: string, method = "GET", headers: Record<string, string> = {}, body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send(new URL(path, demo().portal), { method, headers }, (response) => {
      response.resume();
      const found = new Map<string, string[]>();
      for (let at = 0; at < response.rawHeaders.length; at += 2) {
        const name = response.rawHeaders[at]?.toLowerCase() ?? "";
        found.set(name, [...(found.get(name) ?? []), response.rawHeaders[at + 1] ?? ""]);
      }
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: found }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** What OWASP's list of secure headers asks of every answer, each once. */
function expectClosed({ headers }: Answer, of: string): void {
  const once: Record<string, RegExp> = {
    "x-content-type-options": /^nosniff$/,
    "x-frame-options": /^DENY$/,
    "referrer-policy": /^same-origin$/,
    "cross-origin-opener-policy": /^same-origin$/,
    "cross-origin-resource-policy": /^same-origin$/,
    "permissions-policy": /camera=\(\)/,
    "content-security-policy": /default-src 'none'.*frame-ancestors 'none'/,
  };
  for (const [name, value] of Object.entries(once)) {
    expect(headers.get(name), `${name} of ${of}`).toHaveLength(1);
    expect(headers.get(name)?.[0], `${name} of ${of}`).toMatch(value);
  }
  expect(headers.has("x-powered-by"), of).toBe(false);
  expect(headers.has("server"), of).toBe(false);
}

const own = () => ({ origin: demo().portal });

test("every class of answer has the headers that no answer may be without", async ({ page }) => {
  await page.goto(`${demo().portal}/sign-in`);
  const script = await page.locator("script[src]").first().getAttribute("src");
  const classes: [of: string, status: number, answer: Answer][] = [
    ["a page", 200, await ask("/sign-in")],
    ["a page that wants a sign-in", 307, await ask("/alerts")],
    ["another spelling of an address", 308, await ask("/alerts/")],
    ["no page", 404, await ask("/nowhere")],
    ["an address that can't be decoded", 404, await ask("/%E0%A4%A")],
    ["the API, signed out", 401, await ask("/api/health")],
    ["no address of the API", 404, await ask("/api/nothing")],
    ["a method that a route doesn't have", 405, await ask("/api/health", "PUT", own())],
    ["a script", 200, await ask(script ?? "")],
    ["no script", 404, await ask("/_next/static/chunks/nothing.js")],
    ["the icon", 200, await ask("/favicon.svg")],
    ["the icon by its old name", 200, await ask("/favicon.ico")],
    ["the image optimizer, which is off", 404, await ask("/_next/image?url=%2Ffavicon.svg&w=64&q=75")],
    ["life", 200, await ask("/healthz")],
    ["readiness", 200, await ask("/readyz")],
    ["a form from elsewhere", 403, await ask("/sign-out", "POST", { origin: "https://evil.example" })],
    ["a sign-in that begins", 200, await ask("/api/auth/signin/oidc", "POST", own())],
    [
      "a look ahead at the provider's answer",
      405,
      await ask("/api/auth/callback/oidc?code=a&state=b", "HEAD"),
    ],
    ["the provider's answer", 303, await ask("/api/auth/callback/oidc?code=a&state=b")],
    ["TRACE", 405, await ask("/", "TRACE")],
    [
      "a page for whoever would rather speak another protocol",
      200,
      await ask("/sign-in", "GET", { connection: "Upgrade", upgrade: "h2c" }),
    ],
    [
      "a body without a length",
      411,
      await ask("/sign-out", "POST", { ...own(), "transfer-encoding": "chunked" }),
    ],
  ];
  for (const [of, status, answer] of classes) {
    expect(answer.status, of).toBe(status);
    expectClosed(answer, of);
  }
});

/** Announces a body of so many bytes, and sends part of it, until it is cut off. @returns the first line of the answer */
function flood(bytes: number, sentBytes: number): Promise<string> {
  const { hostname, port, origin } = new URL(demo().portal);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const chunk = Buffer.alloc(64 * 1024, "x");
    let answer = "";
    let left = sentBytes;
    const more = () => {
      while (left > 0 && !socket.destroyed) {
        left -= chunk.length;
        if (!socket.write(chunk)) return;
      }
    };
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("drain", more);
    socket.on("error", () => {}); // it is cut off while it sends
    socket.on("close", () => resolve(answer.split("\r\n")[0] ?? ""));
    const head = [
      "POST /api/auth/signin/oidc HTTP/1.1",
      "Host: x",
      `Origin: ${origin}`,
      `Content-Length: ${bytes}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    more();
  });
}

test("ten megabytes from a stranger are refused before they are read", async () => {
  const bytes = 10 * 1024 * 1024;
  // A client that goes on sending may be cut off before the answer comes. One that waits for the answer reads it.
  for (const answer of await Promise.all(Array.from({ length: 10 }, () => flood(bytes, bytes))))
    expect(answer).toMatch(/^(HTTP\/1\.1 413 .*)?$/);
  expect(await flood(bytes, 0)).toMatch(/^HTTP\/1\.1 413 /);
});
