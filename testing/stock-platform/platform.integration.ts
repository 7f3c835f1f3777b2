import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { componentsSchema } from "@/lib/catalogue/components";
import { createPrometheus } from "@/lib/prometheus/client";
import { platformQuery } from "@/lib/promql/platform-query";
import { startPrometheus } from "../prometheus";
import { startVictoriaMetrics } from "../victoria-metrics";
import { stockOpenMetrics } from "./exporters";
import { PLATFORM_SCENARIOS } from "./platform-scenarios";
import { STOCK_NOW_MS } from "./scenario";

const { components, windowSeconds } = componentsSchema.parse(
  parse(readFileSync("lib/definitions/defaults/components.yaml", "utf8")),
);

/** The platform is one, so each scenario has a time of its own, with nothing left of the one before. */
const EACH_MINUTES = 20;
const LASTS_MINUTES = 10;
const CASES = PLATFORM_SCENARIOS.map((scenario, n) => ({ ...scenario, endMinute: -n * EACH_MINUTES }));

const samples = () => {
  const lines = CASES.flatMap(({ series, endMinute }) =>
    stockOpenMetrics(
      series.map((each) => ({ ...each, at: (minute) => (minute > -LASTS_MINUTES ? each.at(minute) : null) })),
      STOCK_NOW_MS + endMinute * 60_000,
    ).split("\n"),
  );
  // A series in one piece, oldest first: as OpenMetrics wants it.
  const seconds = (line: string) => Number(line.split(" ")[2]);
  const sorted = lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .sort((a, b) => (a.split(" ")[0] ?? "").localeCompare(b.split(" ")[0] ?? "") || seconds(a) - seconds(b));
  return `${sorted.join("\n")}\n# EOF\n`;
};

const STORES = {
  Prometheus: () => startPrometheus({ openMetrics: samples() }),
  VictoriaMetrics: () => startVictoriaMetrics(samples()),
};

describe.each(Object.entries(STORES))("the default components, asked of %s", (_, start) => {
  let store: { url: string; stop(): Promise<void> };
  beforeAll(async () => {
    store = await start();
  });
  afterAll(() => store?.stop());

  test.each(CASES)("$what", async ({ why, expected, endMinute }) => {
    for (const [id, state] of Object.entries(expected)) {
      const component = components.find((each) => each.id === id);
      const query = platformQuery(component?.state ?? "", {
        label: "tenant",
        windowSeconds,
        only: [],
        canary: null,
      });
      const answer = await createPrometheus({ url: store.url }).platform(
        query,
        STOCK_NOW_MS + endMinute * 60_000,
      );
      expect(answer.ok && answer.data.map(({ value }) => value), `${id}: ${why}`).toEqual(
        state === null ? [] : [state],
      );
    }
  });
});
