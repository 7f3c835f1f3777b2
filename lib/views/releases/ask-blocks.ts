import {
  type Bundle,
  isReachabilityLine,
  type LineDefinition,
  SIGNAL_IDS,
  type SignalDefinition,
  type SignalId,
} from "@/lib/catalogue/bundle";
import type { Ask } from "@/lib/evaluation/ask";
import { together } from "@/lib/evaluation/combine";
import { lineKeyOf } from "@/lib/evaluation/effective";
import { fillGaps, type Grid } from "@/lib/evaluation/grid";
import type { Series } from "@/lib/prometheus/answer";
import type { BeforeAndAfter } from "@/lib/releases/compare";
import { BLOCKS, type BlockValue, type LineRule } from "@/lib/releases/compare-line";
import type { ReleaseStretches } from "@/lib/releases/stretches";

const DAY_MS = 86_400_000;
/** What users notice by itself. */
const NOTICED: ReadonlySet<SignalId> = new Set(["latency", "error-rate"]);

/** A judged line, as it is compared and as it is asked. */
export type ReleaseLine = { rule: LineRule; signal: SignalId; line: LineDefinition };

/** The judged lines of a bundle, in the order of the page. */
export function releaseLinesOf({ signals }: Bundle): ReleaseLine[] {
  return SIGNAL_IDS.flatMap((signal) => {
    const { lines, unit, worse } = signals[signal];
    return lines
      .filter(({ threshold }) => threshold)
      .map((line) => ({
        signal,
        line,
        rule: {
          key: lineKeyOf(signal, line.id),
          unit,
          worse,
          fills: line.fills === true,
          isNoticed: NOTICED.has(signal) || isReachabilityLine(signal, lines, line),
        },
      }));
  });
}

/** The blocks that were asked, and why a line's couldn't be. */
export type AskedBlocks = BeforeAndAfter & { failures: ReadonlyMap<string, string> };

/**
 * What was measured in the blocks of a release, or in those of an earlier day: one question for each line, and one for the traffic
 * of those that need some.
 */
export async function askBlocks(
  ask: Ask,
  bundle: Bundle,
  lines: readonly ReleaseLine[],
  stretches: ReleaseStretches,
  daysBefore: number,
): Promise<AskedBlocks> {
  const { blockMs, before, after } = stretches;
  const agoMs = daysBefore * DAY_MS;
  // A point stands for the block that ends with it.
  const grid = {
    fromMs: before.fromMs + blockMs - agoMs,
    toMs: after.toMs - agoMs,
    stepSeconds: blockMs / 1000,
  };
  const answers = await Promise.all(
    lines.map(async ({ rule, signal, line }) => ({
      key: rule.key,
      answer: await askLineBlocks(ask, bundle, bundle.signals[signal], line, grid),
    })),
  );
  const known = answers.flatMap(({ key, answer }) => (answer.ok ? [[key, answer.blocks] as const] : []));
  return {
    before: new Map(known.map(([key, blocks]) => [key, blocks.slice(0, BLOCKS)])),
    after: new Map(known.map(([key, blocks]) => [key, blocks.slice(-BLOCKS)])),
    failures: new Map(
      answers.flatMap(({ key, answer }) => (answer.ok ? [] : [[key, answer.message] as const])),
    ),
  };
}

async function askLineBlocks(
  ask: Ask,
  { scrapeIntervalSeconds }: Bundle,
  { unit, traffic }: SignalDefinition,
  { query }: LineDefinition,
  grid: Grid,
): Promise<{ ok: true; blocks: BlockValue[] } | { ok: false; message: string }> {
  // A count begins at the last sample of the block before, or what happens between two blocks is in neither.
  const overlapSeconds = unit === "count" ? scrapeIntervalSeconds : 0;
  const [values, requests] = await Promise.all([
    ask.range(query, grid.stepSeconds + overlapSeconds, grid),
    traffic ? ask.range(traffic.query, grid.stepSeconds, grid) : null,
  ]);
  const parts = together<Record<string, Series[]>>({ values, ...(requests && { requests }) });
  if (!parts.ok) return { ok: false, message: parts.failure.message };
  const counts = traffic && fillGaps(parts.data.requests?.[0], grid);
  const blocks = fillGaps(parts.data.values?.[0], grid).map(([, value], index): BlockValue => {
    const count = counts?.[index]?.[1];
    if (traffic && typeof count === "number" && count < traffic.minimum) return "idle";
    return counts && typeof count !== "number" ? null : value;
  });
  return { ok: true, blocks };
}
