import { expect, test } from "vitest";
import { healthView, lineView, signalView } from "@/testing/views/health";
import { packHealth, unpackHealth } from "./pack";

const sent = (view: Parameters<typeof packHealth>[0]) => JSON.parse(JSON.stringify(packHealth(view)));

test.each([
  ["healthy", healthView()],
  [
    "failing, with a line that only the chart draws",
    healthView({
      signals: [
        { ...signalView("latency", "firing"), drawn: [{ id: "p50", value: 0.07 }] },
        signalView("saturation"),
      ],
    }),
  ],
  [
    "without data",
    healthView({ signals: [signalView("availability", "no-data"), signalView("restarts", "unknown")] }),
  ],
])("a view is the same once it has travelled: %s", (_, view) => {
  expect(unpackHealth(sent(view))).toEqual(view);
});

test.each([
  [
    "a gap",
    [
      [0, 1],
      [60_000, null],
      [120_000, 0.5],
    ],
  ],
  [
    "an uneven grid, as of answers that came at different times",
    [
      [0, 1],
      [60_000, 1],
      [180_000, 0.5],
    ],
  ],
  ["a single point", [[0, 0.25]]],
  ["no point", []],
] as const)("a trend with %s is the same", (_, points) => {
  const trend = points.map(([atMs, value]): [number, number | null] => [atMs, value]);
  const line = lineView({ trend });
  const view = healthView({ signals: [{ ...signalView("latency"), ...line, id: "latency", lines: [line] }] });
  expect(unpackHealth(sent(view))).toEqual(view);
});

test("an availability just below the whole isn't rounded up to it", () => {
  const trend: [number, number][] = [
    [0, 0.999994],
    [60_000, 1 / 3],
  ];
  const line = lineView({ trend });
  const view = healthView({ signals: [{ ...signalView("latency"), ...line, id: "latency", lines: [line] }] });
  expect(unpackHealth(sent(view)).signals[0]?.trend).toEqual([
    [0, 0.999994],
    [60_000, 0.3333333],
  ]);
});

test("what travels is less than half as long", () => {
  const view = healthView();
  expect(JSON.stringify(packHealth(view)).length).toBeLessThan(JSON.stringify(view).length / 2);
});
