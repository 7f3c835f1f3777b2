import { valueInWords } from "@/lib/wording/sentence";
import type { Evidence, ExitEvidence } from "./evidence";
import { exitCause, exitInWords } from "./exits";
import { beforeOnset, JUST_BEFORE_MS } from "./onset-words";
import type { Weighed } from "./reason";

/** Requests of less than this a second say nothing when they double. */
const LEAST_PER_SECOND = 0.2;
const SURGE = 2;
const DROP = 0.5;

/** What speaks for a cause in the capability itself, and what belongs to the picture, what weighs most first. */
export function ownReasons(evidence: Evidence): Weighed[] {
  return [
    ...exitReasons(evidence),
    ...saturationReasons(evidence),
    ...deploymentReasons(evidence),
    ...trafficReasons(evidence),
  ];
}

function exitReasons({ exits, onset }: Evidence): Weighed[] {
  const lately = (exits ?? []).filter(({ atMs }) => atMs >= onset.breachedAtMs - JUST_BEFORE_MS);
  return (["app", "unclear"] as const).flatMap((cause): Weighed[] => {
    const of = lately.filter((exit) => exitCause(exit) === cause);
    const [first] = of;
    if (!first) return [];
    const isApp = cause === "app";
    return [
      {
        kind: isApp ? "app-exit" : "unclear-exit",
        side: isApp ? "yours" : "neither",
        weight: isApp ? "decisive" : "none",
        sentence: `${exitCount(of)} ${isApp ? "ended by itself" : "was ended from outside"}, first ${beforeOnset(first.atMs, onset)}: ${exitInWords(first)}.`,
        target: { kind: "event", event: "restart", atMs: first.atMs },
      },
    ];
  });
}

const exitCount = ({ length }: readonly ExitEvidence[]) =>
  length === 1 ? "A container of yours" : "A container of yours, more than once,";

function saturationReasons({ saturated }: Evidence): Weighed[] {
  return (saturated ?? []).map(({ label, value }) => ({
    kind: "saturated",
    side: "yours",
    weight: "decisive",
    sentence: `${label} is at ${valueInWords(value, "share")} of your limit, which is beyond its threshold.`,
    target: { kind: "signal", signal: "saturation" },
  }));
}

function deploymentReasons({ deployments, onset }: Evidence): Weighed[] {
  const before = (deployments ?? []).filter(
    ({ atMs }) => atMs <= onset.breachedAtMs && atMs > onset.breachedAtMs - JUST_BEFORE_MS,
  );
  const newest = before.at(-1);
  if (!newest) return [];
  return [
    {
      kind: "deployment",
      side: "yours",
      weight: "hint",
      sentence: `You deployed ${newest.version} ${beforeOnset(newest.atMs, onset)}.`,
      target: { kind: "event", event: "deployment", atMs: newest.atMs },
    },
  ];
}

function trafficReasons({ traffic }: Evidence): Weighed[] {
  if (!traffic || traffic.before <= 0 || Math.max(traffic.before, traffic.atOnset) < LEAST_PER_SECOND)
    return [];
  const ratio = traffic.atOnset / traffic.before;
  const target = { kind: "signal", signal: "latency" } as const;
  if (ratio >= SURGE)
    return [
      {
        kind: "traffic-up",
        side: "yours",
        weight: "hint",
        sentence: `Just before it began, requests came ${ratio.toFixed(1)} times as often as in the hour before.`,
        target,
      },
    ];
  if (ratio > DROP) return [];
  return [
    {
      kind: "traffic-down",
      side: "neither",
      weight: "none",
      sentence: "Just before it began, requests had fallen to less than half of the hour before.",
      target,
    },
  ];
}
