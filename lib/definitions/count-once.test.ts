import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const FOLDER = new URL("./presets/", import.meta.url);
/** Of what lies in a histogram's buckets the highest one of each series counts, whatever its bound is called. */
const DEDUPLICATED = /max without \((le, )?prometheus, prometheus_replica, replica\) \($/;

test.each(readdirSync(FOLDER).filter((name) => name.endsWith(".yaml")))(
  "%s counts the requests of a pair of Prometheus once",
  (name) => {
    const text = readFileSync(new URL(name, FOLDER), "utf8");
    // "or 0 * …" only says that there is something to count.
    const counted = text.replace(/0 \* sum by \([^)]*\) \((rate|increase)\(/g, "");
    const rates = [...counted.matchAll(/\b(rate|increase)\(/g)];
    expect(rates.length).toBeGreaterThan(0);
    for (const { index } of rates) expect(counted.slice(0, index)).toMatch(DEDUPLICATED);
  },
);
