import { readFile } from "node:fs/promises";
import { type Finding, judgeMetrics } from "@/lib/data-migrations/judge-metrics";

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 5_000_000;

/** The outcome of a look at a job's metrics. `unreachable`: there was nothing to judge. */
export type MetricsCheck = { ok: true; findings: Finding[] } | { ok: false; unreachable: string };

/**
 * Reads a job's metrics once and judges them against the contract.
 * @param where an http(s) address, or the path of a textfile
 */
export async function checkMetrics(where: string, nowMs: number): Promise<MetricsCheck> {
  const read = /^https?:\/\//i.test(where) ? await fetchText(where) : await fileText(where);
  if (!read.ok) return { ok: false, unreachable: read.message };
  return { ok: true, findings: judgeMetrics(read.text, nowMs) };
}

/** One line for each finding, what is wrong first. */
export function findingLine(where: string, { kind, line, message }: Finding): string {
  return `${where}${line === null ? "" : `:${line}`}: ${kind}: ${message}`;
}

type Read = { ok: true; text: string } | { ok: false; message: string };

const refuse = (message: string): Read => ({ ok: false, message });

async function fetchText(url: string): Promise<Read> {
  if (!URL.canParse(url)) return refuse(`${url} is not an address.`);
  let response: Response;
  try {
    response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: "text/plain;version=0.0.4" },
      redirect: "manual",
    });
  } catch (error) {
    const slow = error instanceof DOMException && error.name === "TimeoutError";
    return refuse(
      slow ? `${url} did not answer within ${TIMEOUT_MS / 1000} s.` : `Nothing answers at ${url}.`,
    );
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    return refuse(`${url} answers with ${response.status}. Metrics come with 200, and are not redirected.`);
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of response.body ?? []) {
      bytes += piece.byteLength;
      if (bytes > MOST_BYTES)
        return refuse(`${url} sends more than ${MOST_BYTES / 1e6} MB. A job needs a dozen lines.`);
      pieces.push(piece);
    }
  } catch {
    return refuse(`The answer of ${url} broke off.`);
  }
  return { ok: true, text: Buffer.concat(pieces).toString("utf8") };
}

async function fileText(path: string): Promise<Read> {
  try {
    return { ok: true, text: await readFile(path, "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      return refuse(`There is no file ${path}. Give the address or the file of a job's metrics.`);
    return refuse(`The file ${path} can't be read (${code}).`);
  }
}
