import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";

/** By address: a script or style that was packed when the build was made. */
export type PackedFiles = ReadonlyMap<string, { file: string; bytes: number; type: string }>;

const TYPES: Record<string, string> = {
  ".js": "application/javascript; charset=UTF-8",
  ".css": "text/css; charset=UTF-8",
};

/**
 * Finds what setup/build.mjs has packed: beside each script or style the same with ".br" behind its name.
 * @param folder the build's static files
 * @returns nothing where the build has no packed files
 */
export async function findPackedFiles(folder: string): Promise<PackedFiles> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const found = names.map(async (name) => {
    const type = TYPES[path.extname(name.slice(0, -".br".length))];
    if (!name.endsWith(".br") || !type) return [];
    const file = path.join(folder, name);
    const address = `/_next/static/${name.slice(0, -".br".length).split(path.sep).join("/")}`;
    return [[address, { file, bytes: (await stat(file)).size, type }] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

const takesBrotli = ({ headers }: IncomingMessage): boolean =>
  String(headers["accept-encoding"] ?? "")
    .split(",")
    .some((coding) => /^\s*br\s*(;\s*q=(1|0\.\d*[1-9]\d*)\s*)?$/.test(coding));

/**
 * Sends a packed script or style where the browser takes it. Next packs anew with gzip for every request,
 * which takes a sixth more.
 * @returns whether it was sent
 */
export function answerPacked(
  files: PackedFiles,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { method, url = "" } = request;
  if (method !== "GET" && method !== "HEAD") return false;
  const packed = files.get(addressOf(url));
  if (!packed || !takesBrotli(request)) return false;
  response.writeHead(200, {
    "Content-Type": packed.type,
    "Content-Encoding": "br",
    "Content-Length": packed.bytes,
    // Its name changes with its contents.
    "Cache-Control": "public, max-age=31536000, immutable",
    Vary: "Accept-Encoding",
  });
  if (method === "HEAD") response.end();
  // A browser that leaves ends the answer; there is nobody to tell.
  else pipeline(createReadStream(packed.file), response).catch(() => response.destroy());
  return true;
}

/** "" for what can't be read, which is no file. */
function addressOf(url: string): string {
  try {
    return decodeURIComponent(url.split("?", 1)[0] ?? "");
  } catch {
    return "";
  }
}
