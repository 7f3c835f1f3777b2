import { valueInWords } from "@/lib/wording/sentence";
import type { Evidence } from "./evidence";
import { exitCause, exitInWords } from "./exits";
import { beforeOnset, isOfOnset, JUST_BEFORE_MS } from "./onset-words";
import type { Weighed } from "./reason";

/** Requests of less than this a second say nothing when they double. */
const LEAST_PER_SECOND = 0.2;
const SURGE = 2;
const DROP = 0.5;

/** Evidence for a cause in the capability itself, and context, what weighs most first. */
export function ownReasons(evidence: Evidence): Weighed[] {
  return [
    ...exitReasons(evidence),
    ...saturationReasons(evidence),
    ...deploymentReasons(evidence),
    ...trafficReasons(evidence),
  ];
}

function exitReasons({ exits, onset }: Evidence): Weighed[] {
  return (["app", "unclear"] as const).flatMap((cause): Weighed[] => {
    const all = (exits ?? []).filter((exit) => exitCause(exit) === cause);
    const of = all.filter(({ atMs }) => isOfOnset(atMs, onset));
    const isApp = cause === "app";
    const how = isApp ? "ended by itself" : "was ended from outside";
    const [first] = of.length > 0 ? of : all.filter(({ atMs }) => atMs > onset.breachedAtMs);
    if (!first) return [];
    const about = {
      kind: isApp ? "app-exit" : "unclear-exit",
      target: { kind: "event", event: "restart", atMs: first.atMs },
    } as const;
    const words = `${beforeOnset(first.atMs, onset)}: ${exitInWords(first)}.`;
    if (of.length === 0)
      return [
        {
          ...about,
          side: "neither",
          weight: "none",
          sentence: `Later, a container of yours ${how}, ${words}`,
        },
      ];
    return [
      {
        ...about,
        side: isApp ? "yours" : "neither",
        weight: isApp ? "decisive" : "none",
        sentence:
          of.length === 1
            ? `A container of yours ${how}, ${words}`
            : `Containers of yours ${isApp ? "exited" : "were ended from outside"} repeatedly, first ${words}`,
      },
    ];
  });
}

function saturationReasons({ saturated, saturatedLater }: Evidence): Weighed[] {
  const about = { kind: "saturated", target: { kind: "signal", signal: "saturation" } } as const;
  return [
    ...(saturated ?? []).map(({ label, value }) => ({
      ...about,
      side: "yours" as const,
      weight: "decisive" as const,
      sentence: `${label} was at ${valueInWords(value, "share")} of your limit, beyond its threshold.`,
    })),
    ...(saturatedLater ?? []).map(({ label, value }) => ({
      ...about,
      side: "neither" as const,
      weight: "none" as const,
      sentence: `${label} reached ${valueInWords(value, "share")} of your limit later, after the onset, so it isn't the cause.`,
    })),
  ];
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
