import { expect, test } from "vitest";
import { EVENT_KINDS } from "@/lib/evaluation/event-kinds";
import { sectionView } from "@/testing/views/events";
import { shownOf } from "./section";

const away = sectionView({ failed: "The metrics store is away." });

test("all events are shown, or those of one kind", () => {
  expect(shownOf(sectionView(), null).events).toHaveLength(EVENT_KINDS.length);
  for (const kind of EVENT_KINDS)
    expect(shownOf(sectionView(), kind).events.map((event) => event.kind)).toEqual([kind]);
});

test("only what is asked of Prometheus may be missing while that is away", () => {
  const doubted = EVENT_KINDS.filter((kind) => shownOf(away, kind).failed !== null);
  expect(doubted).toEqual(["deployment", "restart"]);
  expect(shownOf(away, null).failed).toBe("The metrics store is away.");
});
