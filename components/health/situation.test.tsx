import { expect, test } from "vitest";
import type { AttributedAlert } from "@/lib/attribution/view";
import type { HealthView } from "@/lib/views/health/view";
import { all, attribute, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { attributedAlert, attributionView, REASONS, verdictView } from "@/testing/views/attribution";
import { healthView, IN_STATUS, lineView, MINUTE_MS, NOW_MS, signalView } from "@/testing/views/health";
import { incidentView, noticesView } from "@/testing/views/notices";
import { Situation } from "./situation";
import { changeWords, nextWords } from "./situation-words";

const given = (side: "yours" | "platform") => ({ ...verdictView(side), atMs: NOW_MS });
const errors = attributedAlert({ verdict: given("yours"), keptSide: "yours" });
const availability = attributedAlert({
  alertId: "77aa",
  lineKey: "availability/availability",
  name: "availability",
  verdict: given("yours"),
  keptSide: "yours",
});
const failing = [signalView("availability", "recovering"), signalView("error-rate", "firing")];

const situation = (
  signals: Parameters<typeof healthView>[0] = { signals: failing },
  alerts: AttributedAlert[] = [errors],
  notices = noticesView(),
  { stale = false, error = null }: { stale?: boolean; error?: Error | null } = {},
) =>
  readable(
    <Situation
      view={healthView(signals)}
      stale={stale}
      attribution={{ view: attributionView({ alerts }), error }}
      notices={notices}
    />,
  );

test("an open alert says since when by one clock, when it will be over, and whose it looks like with the deciding reason", () => {
  expect(words(situation())).toContain(
    "error rate alert Breach began 13:43; alerting since 13:48 CET. Resolves after 5 min within the threshold.",
  );
  expect(words(situation())).toContain("Yours: Version 1.4.2 was deployed 3 minutes before. All reasons");
});

test("it leads to the alert, to what to look at first for each signal, and to all reasons", () => {
  const links = all(situation({ signals: failing }, [errors, availability]), "a");
  expect(links.map((link) => attribute(link, "href"))).toEqual([
    "/alerts/0b5e",
    "/alerts/77aa",
    "#whose",
    "/signals/availability#look-first",
    "/signals/error-rate#look-first",
  ]);
});

test("alerts with the same reasons are one block, and others have their own", () => {
  const other = { ...availability, verdict: { ...given("platform"), reasons: [REASONS.component] } };
  expect(all(situation({ signals: failing }, [errors, availability]), "[data-block]")).toHaveLength(1);
  expect(all(situation({ signals: failing }, [errors, other]), "[data-block]")).toHaveLength(2);
});

test("the operator's open issue is a link where the platform is blamed, and nowhere else", () => {
  const known = noticesView({ open: [incidentView()] });
  const blamed = { ...errors, verdict: given("platform"), keptSide: "platform" as const };
  expect(words(situation({}, [blamed], known))).toContain("Operator’s issue #14");
  expect(words(situation({}, [errors], known))).not.toContain("Operator’s issue");
});

test("the side that mails go by stands here too, where later evidence says another", () => {
  const changed = { ...errors, verdict: given("platform"), keptSide: "yours" as const };
  expect(words(situation({}, [changed]))).toContain("Yours: Version 1.4.2 was deployed");
});

test("a side never stands with a reason that speaks for the other", () => {
  const changed = {
    ...errors,
    verdict: { ...given("platform"), reasons: [REASONS.component] },
    keptSide: "yours" as const,
  };
  expect(words(situation({}, [changed]))).toContain(
    "Yours: Decided at onset. By later evidence about the onset: the platform's.",
  );
  const unclear = { ...errors, verdict: { ...verdictView("unclear"), atMs: NOW_MS }, keptSide: null };
  expect(words(situation({}, [unclear]))).toContain(
    "Unclear: A sentence about unclear. No deployment in the hour before. All reasons",
  );
  const both = { ...errors, verdict: { ...verdictView("both"), atMs: NOW_MS }, keptSide: null };
  expect(words(situation({}, [both]))).toContain(
    "Both: Ingress (node-a) was failing at onset. Version 1.4.2 was deployed 3 minutes before.",
  );
});

const runtime = (change: Partial<HealthView["runtime"]> = {}) => ({ ...healthView().runtime, ...change });
const deployed = (atMs: number) => runtime({ lastDeployment: { version: "1.5.0", atMs } });
const BREACHED_MS = NOW_MS - 20 * MINUTE_MS;
test.each([
  ["a deployment before", deployed(BREACHED_MS - 3 * MINUTE_MS), "Version 1.5.0 was deployed 3 min before."],
  [
    "a deployment since",
    deployed(BREACHED_MS + 5 * MINUTE_MS),
    "Version 1.5.0 was deployed 5 min after it began.",
  ],
  ["an older deployment", deployed(BREACHED_MS - 61 * MINUTE_MS), "No deployment in the hour before."],
  ["none in a day", runtime({ lastDeployment: null }), "No deployment in the hour before."],
  ["a capability of which nothing is known to run", runtime({ versions: null }), null],
  [
    "deployments that could not be asked for",
    runtime({ lastKnown: { reason: { code: "timeout", message: "Slow." }, asOfMs: null } }),
    null,
  ],
])("what changed just before is shown: %s", (_, known, said) => {
  expect(changeWords(known, BREACHED_MS, NOW_MS)?.replaceAll("\u00a0", " ") ?? null).toBe(said);
});

test("nothing is said of changes before a breach that began a day ago", () => {
  expect(changeWords(runtime(), NOW_MS - 24 * 60 * MINUTE_MS, NOW_MS)).toBeNull();
});

test("a breach that doesn't alert yet says since when, and when it will", () => {
  const root = situation({ signals: [signalView("latency", "pending")] }, []);
  expect(words(root)).toBe(
    "Latency pending Breaching since 14:00 CET. Alerts after 5 min; 3 min to go. What to look at first: latency",
  );
});

test("an alert of another day says which", () => {
  const old = { ...errors, breachedAtMs: NOW_MS - 86_400_000 };
  expect(words(situation({}, [old]))).toContain("Breach began 20 Nov 14:02; alerting since 13:48 CET.");
});

test.each([
  [6, "2 more alerts"],
  [5, "1 more alert What"],
])("of %d alerts the newest are shown, with how many more there are", (count, said) => {
  const many = Array.from({ length: count }, (_, index) => ({ ...errors, alertId: `a${index}` }));
  expect(words(situation({}, many))).toContain(said);
});

test("alerts that could not be asked for again say as of when they are, and why", () => {
  const away = new Error("Watchpost can't be reached from here.");
  expect(words(situation({ signals: failing }, [errors], noticesView(), { error: away }))).toMatch(
    /Alerts as of 14:02:15 CET\. Watchpost can't be reached from here\.$/,
  );
  expect(words(situation())).not.toContain("as of");
});

test("what is no longer the present doesn't say what comes next", () => {
  const root = situation({ signals: failing }, [errors], noticesView(), { stale: true });
  expect(words(root)).toContain("alerting since 13:48 CET. Yours:");
});

test("nothing stands here while nothing is wrong", () => {
  expect(words(situation({}, []))).toBe("");
});

const since = (minutes: number) => ({ conditionSinceMs: NOW_MS - minutes * MINUTE_MS });
test.each([
  [lineView({ status: "recovering", ...since(1) }), "Needs 5 min within the threshold; 4 min to go."],
  [lineView({ status: "recovering", ...since(9) }), "Needs 5 min within the threshold; due now."],
  [
    lineView({ status: "firing", threshold: { ...lineView().threshold, recoverForSeconds: 0 } }),
    "Resolves once it is within the threshold.",
  ],
  [
    lineView({ status: "no-data", condition: "recovering", reading: { kind: "no-data", last: null } }),
    "No data now: resolves once it is measured again and within the threshold for 5 min.",
  ],
  [
    lineView({ status: "firing", condition: "firing", reading: IN_STATUS.unknown.reading }),
    "Unknown now: resolves once it is measured again and within the threshold for 5 min.",
  ],
  [lineView(), null],
])("what comes next is said only where something is counted", (line, said) => {
  expect(nextWords(line, NOW_MS)?.replaceAll("\u00a0", " ") ?? null).toBe(said);
});
