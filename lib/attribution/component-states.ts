import { COMPONENT_LABEL, PART_LABEL } from "@/lib/catalogue/component-queries";
import { CANARY, type Components } from "@/lib/catalogue/components";
import { visibleText } from "@/lib/infra/hidden-characters";
import type { Sample, Series } from "@/lib/prometheus/answer";
import type { ComponentEvidence, ComponentState, Evidence } from "./evidence";

/** By component, then by part; a component without parts has one, named "". */
export type ComponentStates = ReadonlyMap<string, ReadonlyMap<string, ComponentState>>;
/** The parts of each component that one tenant uses; a component that isn't in it, it doesn't use. */
export type Uses = ReadonlyMap<string, ReadonlySet<string>>;

const stateOf = (value: number): ComponentState =>
  Number.isNaN(value) ? "unknown" : value < 1 ? "failing" : "ok";

/** What each component was at one instant, from the answer to `statesQuery`. */
export function statesAt(samples: readonly Sample[]): ComponentStates {
  return gathered(samples.map(({ labels, value }) => ({ labels, state: stateOf(value) })));
}

/** What each component was at worst within a time, its ends included. */
export function worstStates(series: readonly Series[], fromMs: number, toMs: number): ComponentStates {
  return gathered(
    series.flatMap(({ labels, points }) =>
      points
        .filter(([atMs]) => atMs >= fromMs && atMs <= toMs)
        .map(([, value]) => ({ labels, state: stateOf(value) })),
    ),
  );
}

function gathered(
  seen: readonly { labels: Record<string, string>; state: ComponentState }[],
): ComponentStates {
  const states = new Map<string, Map<string, ComponentState>>();
  for (const { labels, state } of seen) {
    const id = labels[COMPONENT_LABEL];
    if (id === undefined) continue;
    const parts = states.get(id) ?? new Map<string, ComponentState>();
    states.set(id, parts);
    const part = labels[PART_LABEL] ?? "";
    parts.set(part, worse(parts.get(part), state));
  }
  return states;
}

const WEIGHT = { failing: 2, ok: 1, unknown: 0 };

/** Failing outweighs working, which outweighs not knowing. */
export function worse(a: ComponentState | undefined, b: ComponentState): ComponentState {
  return a === undefined || WEIGHT[b] > WEIGHT[a] ? b : a;
}

/** What one tenant uses, from the samples of `dependentsQuery` that are its own. */
export function usesOf(
  samples: readonly { labels: Readonly<Record<string, string>>; value: number }[],
): Uses {
  const uses = new Map<string, Set<string>>();
  for (const { labels, value } of samples) {
    const id = labels[COMPONENT_LABEL];
    if (id === undefined || !(value > 0)) continue;
    const parts = uses.get(id) ?? new Set<string>();
    uses.set(id, parts.add(labels[PART_LABEL] ?? ""));
  }
  return uses;
}

/**
 * The components that have to do with one tenant: those that everybody depends on, and the parts that it uses of the others.
 * @param atOnset null: could not be asked
 * @param uses null: could not be asked, so that any failing part may be the tenant's, and none is named
 */
export function componentsFor(
  { components }: Components,
  { atOnset, now, uses }: { atOnset: ComponentStates | null; now: ComponentStates | null; uses: Uses | null },
): ComponentEvidence[] {
  return components.flatMap(({ id, name, part, dependents }): ComponentEvidence[] => {
    if (id === CANARY) return [];
    const own = dependents === undefined ? null : (uses?.get(id) ?? null);
    if (dependents !== undefined && uses !== null && own === null) return [];
    const concerns = (key: string) => part === undefined || own === null || own.has(key);
    const then = stateFor(atOnset, id, concerns);
    const current = stateFor(now, id, concerns);
    // What failed at onset is named; what fails now, where nothing did.
    const failing = then.failing.length > 0 ? then.failing : current.failing;
    const parts = own === null ? [] : namesOf(failing);
    const dependence = dependents === undefined ? "everyone" : uses === null ? "unknown" : "own";
    return [{ id, name, parts, dependence, atOnset: then.state, now: current.state }];
  });
}

/** As they are shown and mailed; parts that look the same have one. */
const namesOf = (parts: readonly string[]): string[] =>
  [...new Set(parts.map(visibleText))].filter((name) => name !== "").sort();

/** What the canary says; null where the operator runs none. */
export function canaryOf(
  { components }: Components,
  { atOnset, now }: { atOnset: ComponentStates | null; now: ComponentStates | null },
): Evidence["canary"] {
  if (!components.some(({ id }) => id === CANARY)) return null;
  const all = () => true;
  return { atOnset: stateFor(atOnset, CANARY, all).state, now: stateFor(now, CANARY, all).state };
}

function stateFor(
  states: ComponentStates | null,
  id: string,
  concerns: (part: string) => boolean,
): { state: ComponentState; failing: string[] } {
  const parts = [...(states?.get(id) ?? [])].filter(([part]) => concerns(part));
  const failing = parts.flatMap(([part, state]) => (state === "failing" ? [part] : []));
  const state = parts.reduce<ComponentState>((worst, [, each]) => worse(worst, each), "unknown");
  return { state, failing };
}
