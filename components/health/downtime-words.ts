import type { Downtime } from "@/lib/attribution/downtime";
import { formatDuration, NO_VALUE } from "@/lib/wording/format";
import { list } from "@/lib/wording/sentence";

const SIDES = [
  ["yours", "yours"],
  ["platform", "the platform's"],
  ["unknown", "unknown"],
] as const;

/** Less than this is shown as none: a probe that failed once is not an outage. */
const LEAST_SECONDS = 1;

/** From here on the unknown time isn't worth a word. */
const ALL_KNOWN = 0.995;

/**
 * "Down for 12 min: 10 min the platform's and 2 min unknown."
 * @param downtime null: not attributed
 * @param knownShare of the time, from 0 to 1: the unknown rest is never said to have been fine
 */
export function downtimeInWords(downtime: Downtime | null, knownShare: number): string {
  if (!downtime) return NO_VALUE;
  if (knownShare <= 0) return "Nothing is known of this time.";
  const all = downtime.yours + downtime.platform + downtime.unknown;
  if (all < LEAST_SECONDS) return knownShare < ALL_KNOWN ? "No known downtime." : "No downtime.";
  const parts = SIDES.flatMap(([side, words]) =>
    downtime[side] < LEAST_SECONDS ? [] : [`${formatDuration(downtime[side] * 1000)} ${words}`],
  );
  const total = formatDuration(all * 1000);
  if (parts.length > 1) return `Down for ${total}: ${list(parts)}.`;
  const [side, words] = SIDES.find(([each]) => downtime[each] >= LEAST_SECONDS) ?? ["unknown"];
  return `Down for ${total}: ${side === "unknown" ? "side unknown" : words}.`;
}
