import { keptSide } from "./kept-side";
import type { Outage } from "./recorded-verdict";

/** Downtime in seconds, by whose it is. `unknown`: no alert stood, or its verdict was both or unclear. */
export type Downtime = { yours: number; platform: number; unknown: number };

type Bar = { fromMs: number; toMs: number; share: number | null; knownShare: number };

/**
 * Whose each bar's downtime was.
 *
 * A bar's downtime is its failed share of its known time. An availability alert's verdict decides whose it was, from the breach
 * to the end: the side that is kept, so that downtime which was counted never moves to another side. Alerts last longer than the
 * downtime that they are about, since they wait for a recovery that holds: so where they cover more of a bar than was down, the
 * downtime is split in proportion to them. Where they cover less, the rest is unknown.
 * @param nowMs up to when an outage that lasts is counted
 */
export function downtimeOf(bars: readonly Bar[], outages: readonly Outage[], nowMs: number): Downtime[] {
  const spans = outages.map((outage) => spanOf(outage, nowMs));
  return bars.map(({ fromMs, toMs, share, knownShare }) => {
    const down = share === null ? 0 : ((1 - share) * knownShare * (toMs - fromMs)) / 1000;
    const covered = { yours: 0, platform: 0, unknown: 0 };
    for (const span of spans) {
      const overlapMs = Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs);
      if (overlapMs > 0) covered[span.side] += overlapMs / 1000;
    }
    const all = covered.yours + covered.platform + covered.unknown;
    const factor = all > down ? down / all : 1;
    const yours = covered.yours * factor;
    const platform = covered.platform * factor;
    return { yours, platform, unknown: Math.max(0, down - yours - platform) };
  });
}

/** The sum of several. */
export function totalOf(parts: readonly Downtime[]): Downtime {
  const sum = (side: keyof Downtime) => parts.reduce((total, part) => total + part[side], 0);
  return { yours: sum("yours"), platform: sum("platform"), unknown: sum("unknown") };
}

type Span = { fromMs: number; toMs: number; side: keyof Downtime };

function spanOf({ fromMs, toMs, verdicts }: Outage, nowMs: number): Span {
  const side = keptSide(verdicts.map((each) => each.side));
  return { fromMs, toMs: toMs ?? nowMs, side: side === "yours" || side === "platform" ? side : "unknown" };
}
