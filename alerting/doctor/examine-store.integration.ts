import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { examineStore } from "./examine-store";

const NOW_MS = Date.now();
const MINUTE_MS = 60_000;
const scraped = { fromMs: NOW_MS - 30 * MINUTE_MS, toMs: NOW_MS };

let folder: string;
let prometheus: TestPrometheus;
let empty: TestPrometheus;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
  const openMetrics = platformSamples([
    { id: "photos", ...scraped },
    { id: "shop", ...scraped },
  ]);
  [prometheus, empty] = await Promise.all([startPrometheus({ openMetrics }), startPrometheus()]);
});
afterAll(async () => {
  await Promise.all([prometheus?.stop(), empty?.stop()]);
  await rm(folder, { recursive: true });
});

async function defined(ids: readonly string[], bundle?: string): Promise<void> {
  const tenants = ids.map(
    (id) =>
      `- { id: ${id}, name: ${id}, contactAddress: a@${id}.example, timeZone: UTC, state: live, without: [] }`,
  );
  await writeFile(join(folder, "tenants.yaml"), `tenants:\n${tenants.join("\n")}\n`);
  if (bundle !== undefined) await writeFile(join(folder, "bundle.yaml"), bundle);
}
const examine = (url: string, options: { folder?: string; draft?: boolean } = {}) =>
  examineStore({ folder: options.folder, url, draft: options.draft ?? false, nowMs: NOW_MS });

test("says of a real store what it is, and which lines find whom", async () => {
  await defined(["photos", "shop", "tickets"]);
  const { outcome, lines } = await examine(prometheus.url, { folder });
  expect(outcome).toBe("refused");
  expect(lines[0]).toMatch(/^ok {4}Store: Prometheus 2\.\d+\.\d+.*, with \d+ metrics\.$/);
  expect(lines).toContain("WRONG No series of tickets: nothing will be known of them.");
  expect(lines.find((line) => line.includes("availability/availability"))).toMatch(
    /^WRONG .*2 of 3 tenants have a value, not tickets/,
  );
  expect(lines.find((line) => line.includes("saturation/memory"))).toMatch(/^note .*2 of 3 tenants/);
  expect(lines).toContain("ok    Scrapes come every 15 s or more often.");
});

test("ends well where the store has everything, without definitions as well", async () => {
  await defined(["photos", "shop"]);
  for (const where of [folder, undefined]) {
    const { outcome, lines, problems } = await examine(prometheus.url, { folder: where });
    expect({ outcome, problems, wrong: lines.filter((line) => line.startsWith("WRONG")) }).toEqual({
      outcome: "done",
      problems: [],
      wrong: [],
    });
  }
});

test("sees that the bundle expects scrapes that are more frequent than they are", async () => {
  await defined(["photos", "shop"], "extends: kubernetes\nscrapeIntervalSeconds: 5\n");
  const { outcome, lines } = await examine(prometheus.url, { folder });
  expect(outcome).toBe("refused");
  expect(lines.join("\n")).toMatch(/scrapeIntervalSeconds is 5, and samples come more rarely: .* every 15 s/);
  await rm(join(folder, "bundle.yaml"));
});

test("drafts tenants.yaml from the label's values", async () => {
  const { outcome, lines } = await examine(prometheus.url, { draft: true });
  expect(outcome).toBe("done");
  const { tenants } = parse(lines.join("\n"));
  expect(tenants.map(({ id }: { id: string }) => id)).toEqual(["photos", "shop"]);
});

test("says of an empty store that nothing is there, and of none that it can't be asked", async () => {
  await defined(["photos"]);
  const nothing = await examine(empty.url, { folder });
  expect(nothing.outcome).toBe("refused");
  expect(nothing.lines.join("\n")).toContain("WRONG No series has the label tenant.");
  expect(nothing.lines.join("\n")).toMatch(
    /WRONG saturation\/memory: no tenant has a value\. The store has no /,
  );
  const none = await examine("http://127.0.0.1:1", { folder });
  expect(none).toMatchObject({ outcome: "unusable", lines: [] });
  expect(none.problems[0]).toContain("The store at 127.0.0.1:1 can't be asked: unreachable.");
  const notAnAddress = await examine("ftp://store", { folder });
  expect(notAnAddress).toMatchObject({ outcome: "unusable" });
});
