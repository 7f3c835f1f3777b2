import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import type { Bundle } from "@/lib/catalogue/bundle";
import { withoutNewerKeys } from "@/lib/catalogue/newer-keys";
import { type MadeCapability, platformSamples } from "@/lib/evaluation/platform.fixture";
import { defaultBundle } from "../../testing/evaluation";

/** Owners that sign in. */
export const OWNED = ["photos", "tickets", "weather"] as const;
const BEHIND_MS = 300_000;
const AHEAD_MS = 660_000;
/** When the first capability fails, and when many do at once: their mails come half a minute after its mail. */
const FIRST_AFTER_MS = -10_000;
const BURST_AFTER_MS = 20_000;
const BURST = 14;
const ONE_BY_ONE = 60;
const ONE_EVERY_MS = 4_000;
/** The samples begin at a scrape. */
const SCRAPE_MS = 15_000;

/** The folders of the definitions that each build is given. */
export type DefinitionsOfBuilds = { past: string; todays: string };

/**
 * A platform whose capabilities fail from now on, and its definitions for both builds.
 * @param home the folder below which the definitions are written
 * @returns its samples as OpenMetrics
 */
export async function writeFailingPlatform(
  home: string,
): Promise<{ definitions: DefinitionsOfBuilds; openMetrics: string }> {
  const platform = capabilities(Math.ceil(Date.now() / SCRAPE_MS) * SCRAPE_MS);
  const tenants = platform.map(({ id }) => id);
  const definitions = { past: path.join(home, "past"), todays: path.join(home, "todays") };
  await writeDefinitions(definitions.past, withoutNewerKeys(defaultBundle()).document as Bundle, tenants);
  await writeDefinitions(definitions.todays, defaultBundle(), tenants);
  return { definitions, openMetrics: platformSamples(platform) };
}

/** Capabilities that begin to fail from a time on: some of them all at once, the others one after the other for minutes. */
function capabilities(nowMs: number): MadeCapability[] {
  const during = { fromMs: nowMs - BEHIND_MS, toMs: nowMs + AHEAD_MS };
  const failing = (id: string, fromMs: number): MadeCapability => ({
    id,
    ...during,
    errorShare: (atMs) => (atMs >= fromMs ? 0.5 : 0),
  });
  return [
    ...OWNED.map((id) => ({ id, ...during })),
    ...Array.from({ length: BURST }, (_, n) => failing(`burst-${n}`, nowMs + BURST_AFTER_MS)),
    ...Array.from({ length: ONE_BY_ONE }, (_, n) =>
      failing(`single-${n}`, nowMs + FIRST_AFTER_MS + n * ONE_EVERY_MS),
    ),
  ];
}

/** @param bundle as the build that is given the folder knows it */
async function writeDefinitions(folder: string, bundle: Bundle, tenants: readonly string[]): Promise<void> {
  await mkdir(folder);
  bundle.signals["error-rate"].windowSeconds = 60;
  for (const line of bundle.signals["error-rate"].lines)
    line.threshold = { value: 0.1, inclusive: false, forSeconds: 10, recoverForSeconds: 60 };
  const definitions = tenants.map((id) => ({
    id,
    name: `Name of ${id}`,
    contactAddress: `owner@${id}.example`,
    timeZone: "UTC",
    state: "live",
  }));
  await writeFile(path.join(folder, "bundle.yaml"), stringify(bundle));
  await writeFile(path.join(folder, "tenants.yaml"), stringify({ tenants: definitions }));
}
