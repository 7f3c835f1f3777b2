import { lineNames } from "@/lib/alerting-chain/read-alerting";
import type { Bundle } from "@/lib/catalogue/bundle";
import type { Ask } from "@/lib/evaluation/ask";
import type { LineKey } from "@/lib/evaluation/effective";
import { compareRelease, type ReleaseComparison } from "@/lib/releases/compare";
import { type Doubt, hasEnough } from "@/lib/releases/compare-line";
import type { ReleaseStretches } from "@/lib/releases/stretches";
import { type AskedBlocks, askBlocks, type ReleaseLine, releaseLinesOf } from "./ask-blocks";
import { askReleases } from "./ask-releases";
import type { PlatformDoubt } from "./platform-doubts";
import type { Compared } from "./view";

const DAY_MS = 86_400_000;
/** The days whose same hours are looked at, in this order. Only a week before was the same day of the week. */
const DAYS_BEFORE = [7, 1] as const;
/** The same hours of the day before are another time than those before the release only if they are fewer than a day. */
const OF_A_DAY_MS = DAY_MS / 2;

type Choice = {
  stretches: ReleaseStretches;
  asked: AskedBlocks;
  earlier: AskedBlocks | null;
  daysBefore: 7 | 1 | null;
};

/**
 * Compares the lines over the longest of the lengths for which the same hours of an earlier day are known, else over the longest.
 * @param doubtsOf the failures of the platform in the stretches that are compared
 */
export async function compareLines(
  ask: Ask,
  bundle: Bundle,
  lengths: readonly [ReleaseStretches, ...ReleaseStretches[]],
  doubtsOf: (stretches: ReleaseStretches) => Promise<PlatformDoubt[] | null>,
): Promise<{ compared: Compared; overall: ReleaseComparison["overall"] }> {
  const lines = releaseLinesOf(bundle);
  const { stretches, asked, earlier, daysBefore } = await chooseStretches(ask, bundle, lines, lengths);
  const failed = await doubtsOf(stretches);
  const signals = new Map(lines.map(({ rule, signal }) => [rule.key, signal]));
  const doubtOf = ({ key }: { key: string }): Doubt | null => {
    const message = asked.failures.get(key);
    if (message !== undefined) return { kind: "not-asked", message };
    const cause = failed?.find(({ signals: explained }) => explained.some((id) => id === signals.get(key)));
    return cause ? { kind: "component", name: cause.name } : null;
  };
  const rules = lines.map(({ rule }) => rule);
  const comparison = compareRelease(asked.before, asked.after, earlier, rules, doubtOf);
  const names = lineNames(bundle);
  return {
    overall: comparison.overall,
    compared: {
      stretches,
      isPlatformKnown: failed !== null,
      daysBefore,
      lines: comparison.lines.map((line) => ({
        ...line,
        name: names.get(line.rule.key as LineKey) ?? line.rule.key,
        blocks: {
          before: asked.before.get(line.rule.key) ?? [],
          after: asked.after.get(line.rule.key) ?? [],
        },
      })),
    },
  };
}

async function chooseStretches(
  ask: Ask,
  bundle: Bundle,
  lines: readonly ReleaseLine[],
  lengths: readonly [ReleaseStretches, ...ReleaseStretches[]],
): Promise<Choice> {
  const [longest] = lengths;
  let first: Choice | null = null;
  for (const stretches of lengths) {
    const asked = await askBlocks(ask, bundle, lines, stretches, 0);
    first ??= { stretches, asked, earlier: null, daysBefore: null };
    for (const daysBefore of DAYS_BEFORE) {
      if (daysBefore === 1 && stretches.lengthMs > OF_A_DAY_MS) continue;
      const earlier = await askEarlier(ask, bundle, lines, { stretches, asked, daysBefore });
      if (earlier) return { stretches, asked, earlier, daysBefore };
    }
    // A store that doesn't remember a day has nothing earlier for a shorter length either.
    if (stretches.lengthMs <= OF_A_DAY_MS) break;
  }
  return (
    first ?? {
      stretches: longest,
      asked: await askBlocks(ask, bundle, lines, longest, 0),
      earlier: null,
      daysBefore: null,
    }
  );
}

/** The same hours of an earlier day; null if there was a release in them, or if the store has none of the first line that it has now. */
async function askEarlier(
  ask: Ask,
  bundle: Bundle,
  lines: readonly ReleaseLine[],
  { stretches, asked, daysBefore }: { stretches: ReleaseStretches; asked: AskedBlocks; daysBefore: number },
): Promise<AskedBlocks | null> {
  const isKnown = ({ before, after }: AskedBlocks, key: string) =>
    hasEnough(before.get(key) ?? []) && hasEnough(after.get(key) ?? []);
  const probe = lines.find(({ rule }) => isKnown(asked, rule.key));
  if (!probe) return null;
  const agoMs = daysBefore * DAY_MS;
  const [probed, releases] = await Promise.all([
    askBlocks(ask, bundle, [probe], stretches, daysBefore),
    askReleases(ask, bundle, { fromMs: stretches.before.fromMs - agoMs, toMs: stretches.after.toMs - agoMs }),
  ]);
  if (!isKnown(probed, probe.rule.key) || !releases.ok || releases.data.length > 0) return null;
  return askBlocks(ask, bundle, lines, stretches, daysBefore);
}
