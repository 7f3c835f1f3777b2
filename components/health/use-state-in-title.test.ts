import { expect, test } from "vitest";
import type { Received } from "@/components/ui/freshness";
import { healthView, signalView } from "@/testing/views/health";
import { titleState, titleWith } from "./use-state-in-title";

const PLAIN = "Photo Library · Watchpost";

test("the title has the state in front, and none while all is well", () => {
  expect(titleWith("trouble", PLAIN)).toBe(`Failing · ${PLAIN}`);
  expect(titleWith("no-data", PLAIN)).toBe(`No data · ${PLAIN}`);
  expect(titleWith("healthy", PLAIN)).toBe(PLAIN);
});

test("a new state takes the place of the one before", () => {
  expect(titleWith("recovering", titleWith("trouble", PLAIN))).toBe(`Recovering · ${PLAIN}`);
  expect(titleWith("healthy", titleWith("unknown", PLAIN))).toBe(PLAIN);
});

test("a hidden tab keeps the state that it last knew for three of its slower polls, and no longer", () => {
  const received: Received = {
    view: healthView({ signals: [signalView("error-rate", "firing")] }),
    ageAtReceiptMs: 15_000,
    receivedAt: { wallMs: 0, monotonicMs: 0 },
  };
  const state = (afterMs: number, isHidden: boolean) =>
    titleState(received, { wallMs: afterMs, monotonicMs: afterMs }, { shown: "unknown", isHidden });
  expect(state(100_000, true)).toBe("trouble");
  expect(state(200_000, true)).toBe("unknown");
  expect(state(100_000, false)).toBe("unknown");
});
