import { request as send } from "node:http";
import { type BrowserContext, expect } from "@playwright/test";
import { cookieHeader } from "./doors";
import { demo, signIn } from "./harness";

export type Headers = Record<string, string>;
export type Answer = { status: number; text: string };

/** An upper bound: three hundred requests at once, on a machine of half the speed that has other work. */
const ANSWERED_WITHIN_MS = 300_000;

/** Two owners, each of whom tries to see the other. */
export const OWNERS = [
  ["photos", "tickets"],
  ["tickets", "photos"],
] as const;

const AT_ONCE = 4;

/** Sends a path as it is written, which a browser or fetch would tidy up. */
export function ask(path: string, method = "GET", headers: Headers = {}, body = ""): Promise<Answer> {
  const { hostname, port } = new URL(demo().portal);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path, method, headers, timeout: ANSWERED_WITHIN_MS };
    const request = send(options, (response) => {
      const head = response.rawHeaders.join("\n");
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: `${head}\n\n${Buffer.concat(chunks)}` }),
      );
    });
    request.on("timeout", () => request.destroy(new Error(`${method} ${path} was not answered.`)));
    request.on("error", reject);
    request.end(body);
  });
}

/** Runs the tries a few at a time, and says which of them went wrong. */
export async function each<T>(
  tries: readonly T[],
  attack: (one: T) => Promise<string | null>,
): Promise<void> {
  const left = [...tries];
  const wrong: string[] = [];
  const work = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const found = await attack(one);
      if (found) wrong.push(found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(wrong).toEqual([]);
}

/** What no answer may be: an error that nobody foresaw, or a page of the framework's own. */
export const isBroken = ({ status, text }: Answer) =>
  status >= 500 || /Internal Server Error|at [^ ]+ \(.*:\d+:\d+\)|__NEXT_ERROR__/.test(text);

export async function signedIn(context: BrowserContext, account: string): Promise<string> {
  const page = await context.newPage();
  await signIn(page, account);
  return cookieHeader(context);
}
