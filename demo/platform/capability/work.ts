import { createHash } from "node:crypto";
import { type CapabilityId, type Character, GUEST_ID, type Route } from "../characters";

const block = Buffer.alloc(16 * 1024, "a capability at work ");

/** Spends real processor time, as making a thumbnail or searching tickets would. */
export function work(cpuSeconds: number): string {
  const endMs = performance.now() + cpuSeconds * 1000;
  const hash = createHash("sha256");
  while (performance.now() < endMs) hash.update(block);
  return hash.digest("hex");
}

/** The route that a request's method and path mean, or undefined: 404. */
export function matchRoute(character: Character, method: string, path: string): Route | undefined {
  return character.routes.find((route) => {
    const pattern = route.route.split("/").map((part) => (part === ":id" ? "\\d+" : part));
    return route.method === method && new RegExp(`^${pattern.join("/")}$`).test(path);
  });
}

const PAGES: Record<CapabilityId, string> = {
  photos: "Albums and photos are under /albums/1 and /photos/1.",
  tickets: "The desk is under /tickets.",
  canary: "It does nothing but answer, so that the operator sees trouble by it.",
  [GUEST_ID]: "It is here for a drill, and gone after it.",
  weather: "The station reports under /stations/1/now, the forecast under /forecast.",
};

/** The capability's front page: what its link in the portal opens. */
export function frontPage(character: Character, version: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${character.name}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>
<h1>${character.name}</h1>
<p>A small capability of the demo, version ${version}. ${PAGES[character.id]}</p>
</html>
`;
}
