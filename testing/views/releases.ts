import { BLOCKS } from "@/lib/releases/compare-line";
import type { ComparedLine, ReleaseView } from "@/lib/views/releases/view";
import { NOW_MS } from "./health";

const MINUTE_MS = 60_000;
const DEPLOYED_MS = NOW_MS - 40 * MINUTE_MS;

const blocks = (value: number) => Array.from({ length: BLOCKS }, () => value);

/** Latency that has doubled, unless it is changed. */
export function comparedLine(change: Partial<ComparedLine> = {}): ComparedLine {
  return {
    rule: { key: "latency/p95", unit: "seconds", worse: "higher", fills: false, isNoticed: true },
    name: "latency",
    word: "worse",
    reason: null,
    before: 0.24,
    after: 0.51,
    lastWeek: { before: 0.25, after: 0.23 },
    blocks: { before: blocks(0.24), after: blocks(0.51) },
    ...change,
  };
}

/** A release 40 minutes ago that is worse by its latency. */
export function releaseView(change: Partial<ReleaseView> = {}): ReleaseView {
  return {
    release: { atMs: DEPLOYED_MS, lastAtMs: DEPLOYED_MS, versions: ["1.4.3"] },
    previous: { atMs: DEPLOYED_MS - 120 * MINUTE_MS, lastAtMs: DEPLOYED_MS, versions: ["1.4.2"] },
    next: null,
    rolledBack: false,
    asOfMs: NOW_MS,
    rollout: {
      kind: "complete",
      replicas: { ready: 2, wanted: 2, updated: 2 },
      waiting: [],
      total: 0,
    },
    word: "worse",
    doubt: null,
    againAtMs: DEPLOYED_MS + 70 * MINUTE_MS,
    compared: {
      stretches: {
        lengthMs: 30 * MINUTE_MS,
        blockMs: 2.5 * MINUTE_MS,
        before: { fromMs: DEPLOYED_MS - 30 * MINUTE_MS, toMs: DEPLOYED_MS },
        after: { fromMs: DEPLOYED_MS + 5 * MINUTE_MS, toMs: DEPLOYED_MS + 35 * MINUTE_MS },
      },
      daysBefore: 7,
      isPlatformKnown: true,
      lines: [
        comparedLine({
          rule: { key: "saturation/cpu", unit: "share", worse: "higher", fills: false, isNoticed: false },
          name: "CPU",
          word: "same",
          before: 0.31,
          after: 0.32,
          lastWeek: null,
          blocks: { before: blocks(0.31), after: blocks(0.32) },
        }),
        comparedLine(),
      ],
    },
    ...change,
  };
}
