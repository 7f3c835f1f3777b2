import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FIXED_HEADERS } from "./fixed-headers";
import { installDoor } from "./install-door";
import { findPackedFiles } from "./packed-files";

const SCRIPT = "console.log('all of it');".repeat(100);
let folder = "";
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "packed-"));
  await mkdir(path.join(folder, "chunks"));
  await writeFile(path.join(folder, "chunks/page[1].js"), SCRIPT);
  await writeFile(path.join(folder, "chunks/page[1].js.br"), brotliCompressSync(SCRIPT));
  await writeFile(path.join(folder, "chunks/picture.svg.br"), "never sent");
  installDoor({ https: true, packed: await findPackedFiles(folder) });
  server = createServer((_, response) => response.end("Next's own"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

function ask(address: string, encoding: string, method = "GET"): Promise<IncomingMessage & { body: Buffer }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path: address, method, headers: { "accept-encoding": encoding } })
      .on("response", async (answer) => resolve(Object.assign(answer, { body: await buffer(answer) })))
      .on("error", reject)
      .end();
  });
}

test.each(["/_next/static/chunks/page[1].js", "/_next/static/chunks/page%5B1%5D.js?dpl=1"])(
  "%s is sent packed, with the headers of every answer",
  async (address) => {
    const { statusCode, headers, body } = await ask(address, "gzip, deflate, br, zstd");
    expect(statusCode).toBe(200);
    expect(brotliDecompressSync(body).toString()).toBe(SCRIPT);
    expect(headers).toMatchObject({
      "content-encoding": "br",
      "content-type": "application/javascript; charset=UTF-8",
      "content-length": String(body.length),
      vary: "Accept-Encoding",
      "x-content-type-options": FIXED_HEADERS["X-Content-Type-Options"],
    });
    expect(headers["cache-control"]).toContain("immutable");
  },
);

test("the head of one is its head alone", async () => {
  const { headers, body } = await ask("/_next/static/chunks/page[1].js", "br", "HEAD");
  expect(headers["content-encoding"]).toBe("br");
  expect(body).toHaveLength(0);
});

test.each([
  ["a browser that takes gzip alone", "/_next/static/chunks/page[1].js", "gzip", "GET"],
  ["a browser that refuses it", "/_next/static/chunks/page[1].js", "gzip, br;q=0", "GET"],
  ["a file that isn't packed", "/_next/static/chunks/other.js", "br", "GET"],
  ["a kind that isn't packed", "/_next/static/chunks/picture.svg", "br", "GET"],
  ["the packed file's own name", "/_next/static/chunks/page[1].js.br", "br", "GET"],
  ["a way out of the folder", "/_next/static/../static/chunks/page[1].js", "br", "GET"],
  ["an address that can't be read", "/_next/static/%E0%A4%A", "br", "GET"],
  ["another method", "/_next/static/chunks/page[1].js", "br", "POST"],
])("%s is left to Next", async (_, address, encoding, method) => {
  const { headers, body } = await ask(address, encoding, method);
  expect(headers["content-encoding"]).toBeUndefined();
  expect(body.toString()).toBe("Next's own");
});

test("a build without packed files has none", async () => {
  expect((await findPackedFiles(path.join(folder, "nowhere"))).size).toBe(0);
});
