import { expect, test } from "vitest";
import { createLedger } from "@/lib/alerts/ledger/store";
import { closeDatabase } from "@/lib/infra/db";
import { startBreakingProxy } from "@/testing/breaking-proxy";
import { at, fleetWorld } from "@/testing/fleet-world";
import { startEvaluator } from "./evaluate";

const world = fleetWorld();
/** The default of EVALUATION_INTERVAL_SECONDS. */
const INTERVAL_MS = 30_000;

test("a database whose node is lost without a word costs two intervals at most", async () => {
  await world.begin("photos", "tickets");
  const proxy = await startBreakingProxy(world.evaluation.url);
  await closeDatabase();
  process.env.DATABASE_URL = proxy.url;
  const offsetMs = at(30) - Date.now();
  let judged = 0;
  const evaluator = startEvaluator(
    world.evaluation.options(world.prometheusUrl, {
      ledger: createLedger(),
      intervalSeconds: 1,
      clockOf: (databaseMs) => databaseMs + offsetMs,
      onSlot: (_slotMs, { kind }) => {
        if (kind === "judged") judged += 1;
      },
    }),
  );
  world.stops.push(evaluator.stop, closeDatabase, proxy.stop);
  await expect.poll(() => judged, { timeout: 60_000 }).toBeGreaterThan(1);
  proxy.silence();
  const before = judged;
  const silentAtMs = performance.now();
  await expect.poll(() => judged, { timeout: 90_000 }).toBeGreaterThan(before + 1);
  expect(performance.now() - silentAtMs).toBeLessThan(2 * INTERVAL_MS);
  expect(evaluator.stuckMs()).toBeLessThan(INTERVAL_MS);
});
