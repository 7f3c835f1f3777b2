import { expect, test } from "vitest";
import { createPrometheus } from "@/lib/prometheus/client";
import { createFleet } from "@/lib/prometheus/fleet";
import { createSurvey } from "@/lib/prometheus/survey";
import { fleetQuery } from "@/lib/promql/fleet";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startPrometheus } from "@/testing/prometheus";
import { startVictoriaMetrics } from "@/testing/victoria-metrics";

/** On no multiple of a minute, and with samples that a store could take for too new to be complete. */
const NOW_MS = Math.floor(Date.now() / 60_000) * 60_000 + 5_000;
const AHEAD_SECONDS = 600;
const QUERY = "max by ($tenant) (second)";
const label = "tenant";

/** A sample each second, whose value says its time. */
const samples = `${Array.from({ length: 3_600 + AHEAD_SECONDS }, (_, second) => {
  const atSeconds = NOW_MS / 1000 - 3_600 + second;
  return `second{tenant="photos"} ${atSeconds} ${atSeconds}`;
}).join("\n")}\n# EOF\n`;

test.each([
  ["Prometheus", () => startPrometheus({ openMetrics: samples })],
  ["VictoriaMetrics", () => startVictoriaMetrics(samples)],
])("%s answers for the instants that are asked for, however new they are", async (_, start) => {
  const store = await start();
  try {
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    const scoped = scopeQuery(mintTenantScope("photos"), QUERY, { label, windowSeconds: 60 });
    const all = fleetQuery(QUERY, { label, windowSeconds: 60 });
    const client = createPrometheus({ url: store.url });

    const instant = await client.instant(scoped, nowMs);
    expect(instant.ok && instant.data.map(({ value }) => value)).toEqual([nowMs / 1000]);
    const fleet = await createFleet({ url: store.url }).ask(all, nowMs, AbortSignal.timeout(30_000));
    expect(fleet.ok && fleet.samples.map(({ value }) => value)).toEqual([nowMs / 1000]);
    const survey = await createSurvey({ url: store.url }).ask(all, nowMs);
    expect(survey.ok && survey.data.samples.map(({ value }) => value)).toEqual([nowMs / 1000]);

    for (const fromMs of [NOW_MS - 3_600_000 + 60_000, NOW_MS - 3_605_000 + 60_000]) {
      const grid = { fromMs, toMs: fromMs + 55 * 60_000, stepSeconds: 60 };
      const range = await client.range(scoped, grid);
      const points = range.ok ? (range.data[0]?.points ?? []) : [];
      expect(points).toHaveLength(56);
      expect(points.map(([atMs]) => atMs)).toEqual(points.map((_, nth) => fromMs + nth * 60_000));
      expect(points.filter(([atMs, value]) => atMs !== value * 1000)).toEqual([]);
    }
  } finally {
    await store.stop();
  }
});
