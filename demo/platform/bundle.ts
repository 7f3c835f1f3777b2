import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { SCRAPE_INTERVAL_SECONDS } from "./characters";

const DEFAULT_BUNDLE = new URL("../../lib/definitions/defaults/bundle.yaml", import.meta.url);

/** The text of the demo's bundle.yaml: the standard one, with this platform's own scrape interval. */
export function demoBundle(): string {
  const bundle = parseDocument(readFileSync(DEFAULT_BUNDLE, "utf8"));
  bundle.set("scrapeIntervalSeconds", SCRAPE_INTERVAL_SECONDS);
  return bundle.toString();
}
