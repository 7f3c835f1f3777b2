import { expect, test } from "vitest";
import { attributedAlert, holdView, verdictView } from "@/testing/views/attribution";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import { bySameVerdict } from "./same-verdict";

const alert = (alertId: string, side: "yours" | "platform" | null, minutesAgo = 10) =>
  attributedAlert({
    alertId,
    verdict: side && { ...verdictView(side), atMs: NOW_MS - minutesAgo * MINUTE_MS },
  });
const groupsOf = (...alerts: ReturnType<typeof alert>[]) =>
  bySameVerdict(alerts).map((group) => group.alerts.map(({ alertId }) => alertId));

test("a verdict of several alerts is shown once, whenever it was given to each", () => {
  expect(groupsOf(alert("a", "yours", 10), alert("b", "platform"), alert("c", "yours", 3))).toEqual([
    ["a", "c"],
    ["b"],
  ]);
});

test("verdicts that differ in one reason stay apart", () => {
  const other = attributedAlert({
    alertId: "b",
    verdict: { ...verdictView("yours", { reasons: [] }), atMs: NOW_MS },
  });
  expect(groupsOf(alert("a", "yours"), other)).toEqual([["a"], ["b"]]);
});

test("alerts without a verdict stand together, apart from those with a verdict", () => {
  expect(groupsOf(alert("a", null), alert("b", "yours"), alert("c", null))).toEqual([["a", "c"], ["b"]]);
});

test("of several holds the one that began first is shown", () => {
  const held = (alertId: string, minutesAgo: number) =>
    attributedAlert({ alertId, hold: holdView({ sinceMs: NOW_MS - minutesAgo * MINUTE_MS }) });
  const [group] = bySameVerdict([held("a", 5), held("b", 9), attributedAlert({ alertId: "c" })]);
  expect(group?.hold?.sinceMs).toBe(NOW_MS - 9 * MINUTE_MS);
  expect(bySameVerdict([attributedAlert()])[0]?.hold).toBeNull();
});
