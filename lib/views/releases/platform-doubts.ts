import type { Uses } from "@/lib/attribution/component-states";
import type { SignalId } from "@/lib/catalogue/bundle";
import { explainedSignals } from "@/lib/catalogue/component-causes";
import { COMPONENT_LABEL, PART_LABEL } from "@/lib/catalogue/component-queries";
import type { Component, Components } from "@/lib/catalogue/components";
import type { Series } from "@/lib/prometheus/answer";
import type { ReleaseStretches } from "@/lib/releases/stretches";

/** A component that failed for a block or longer before or after a release, and the signals that this can explain. */
export type PlatformDoubt = { name: string; signals: readonly SignalId[] };

/**
 * Which components failed so long that a release can't be told from their failure. What fails for less than a block changes at most
 * two of the blocks, and no word follows from two.
 * @param states of every component, by instant; less than 1 is failing
 * @param uses what the tenant uses; null: not known, so that any part may be the tenant's
 */
export function platformDoubts(
  { components }: Components,
  states: readonly Series[],
  uses: Uses | null,
  stretches: ReleaseStretches,
  stepMs: number,
): PlatformDoubt[] {
  const failedLong = ({ fromMs, toMs }: { fromMs: number; toMs: number }, failing: ReadonlySet<number>) => {
    const slots = [...failing].filter((atMs) => atMs > fromMs && atMs <= toMs);
    return slots.length * stepMs >= stretches.blockMs;
  };
  return components.flatMap((component) => {
    const failing = new Set(
      states
        .filter(({ labels }) => labels[COMPONENT_LABEL] === component.id)
        .filter(({ labels }) => concerns(component, labels[PART_LABEL] ?? "", uses))
        .flatMap(({ points }) => points.flatMap(([atMs, value]) => (value < 1 ? [atMs] : []))),
    );
    const isDoubt = failedLong(stretches.before, failing) || failedLong(stretches.after, failing);
    return isDoubt ? [{ name: component.name, signals: explainedSignals(component) }] : [];
  });
}

function concerns({ id, part, dependents }: Component, key: string, uses: Uses | null): boolean {
  if (dependents === undefined || uses === null) return true;
  const own = uses.get(id);
  return own !== undefined && (part === undefined || own.has(key));
}
