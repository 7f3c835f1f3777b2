import { worse } from "./component-states";
import type { ComponentEvidence, Evidence, ExitEvidence } from "./evidence";

const MOST_EXITS = 20;

/**
 * What was known at onset, with what is known now.
 *
 * The onset stays as it was seen: what could not be asked then is taken from now where that still tells of it, and what was seen
 * then is never unseen. That others were affected once stays true.
 * @param seen gathered now, about the same onset
 */
export function revised(kept: Evidence, seen: Evidence): Evidence {
  const { onset, traffic, deployments } = kept;
  return {
    onset,
    components: componentsOf(kept.components, seen.components),
    canary: kept.canary ? { atOnset: kept.canary.atOnset, now: seen.canary?.now ?? "unknown" } : seen.canary,
    othersAffected:
      kept.othersAffected === true || seen.othersAffected === true
        ? true
        : (seen.othersAffected ?? kept.othersAffected),
    deployments: deployments ?? seen.deployments,
    exits: exitsOf(kept.exits, seen.exits),
    saturated:
      kept.saturated && seen.saturated
        ? union(kept.saturated, seen.saturated, ({ line }) => line)
        : (kept.saturated ?? seen.saturated),
    traffic: traffic ?? seen.traffic,
  };
}

function componentsOf(kept: Evidence["components"], seen: Evidence["components"]): Evidence["components"] {
  if (kept === null) return seen;
  const now = new Map(seen?.map((component) => [component.id, component]));
  const known = new Set(kept.map(({ id }) => id));
  return [
    ...kept.map((component): ComponentEvidence => {
      const current = now.get(component.id);
      if (!current) return { ...component, now: "unknown" };
      const parts = [...new Set([...component.parts, ...current.parts])].sort();
      const atOnset = component.atOnset === "unknown" ? worse(undefined, current.atOnset) : component.atOnset;
      const dependence = component.dependence === "unknown" ? current.dependence : component.dependence;
      return { ...component, parts, atOnset, dependence, now: current.now };
    }),
    ...(seen ?? []).filter(({ id }) => !known.has(id)),
  ];
}

function exitsOf(kept: Evidence["exits"], seen: Evidence["exits"]): Evidence["exits"] {
  if (!kept || !seen) return kept ?? seen;
  // A pod that lost its place is seen again in every slot; a container's end has a time of its own.
  const key = ({ atMs, reason, exitCode }: ExitEvidence) =>
    exitCode === null ? reason : `${reason} ${atMs}`;
  return union(kept, seen, key).slice(0, MOST_EXITS);
}

/** The first of each key, in order. */
function union<T>(a: readonly T[], b: readonly T[], key: (item: T) => string): T[] {
  const first = new Map<string, T>();
  for (const item of [...a, ...b]) if (!first.has(key(item))) first.set(key(item), item);
  return [...first.values()];
}
