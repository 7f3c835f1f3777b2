import { worse } from "./component-states";
import type { ComponentEvidence, ComponentState, Evidence, ExitEvidence } from "./evidence";
import { isOfOnset } from "./onset-words";

const MOST_EXITS = 20;

/**
 * What was known at onset, with what was learned about onset since.
 *
 * The onset stays as it was seen: what could not be asked then is taken from now where that still shows it, and what was seen
 * then is never removed. That others were affected once stays true. What happened later is kept apart from it.
 * @param seen gathered now, about the same onset
 */
export function revised(kept: Evidence, seen: Evidence): Evidence {
  const { onset, traffic, deployments } = kept;
  return {
    onset: { ...seen.onset, ...onset },
    components: componentsOf(kept.components, seen.components),
    canary: canaryOf(kept.canary, seen.canary),
    othersAffected:
      kept.othersAffected === true || seen.othersAffected === true
        ? true
        : (seen.othersAffected ?? kept.othersAffected),
    deployments: deployments ?? seen.deployments,
    exits: exitsOf(kept.exits, seen.exits, onset),
    saturated: kept.saturated ?? seen.saturated,
    ...saturatedLater(kept, seen),
    traffic: traffic ?? seen.traffic,
  };
}

type States = { atOnset: ComponentState; now: ComponentState; failedLater?: boolean | undefined };

/** Known as soon as it was seen once, whatever happens later. */
function later(kept: States, now: ComponentState): { failedLater?: true } {
  return kept.failedLater || (kept.atOnset === "ok" && now === "failing") ? { failedLater: true } : {};
}

function canaryOf(kept: Evidence["canary"], seen: Evidence["canary"]): Evidence["canary"] {
  if (!kept) return seen;
  const now = seen?.now ?? "unknown";
  const atOnset = worse(kept.atOnset, seen?.atOnset ?? "unknown");
  const explains = seen?.explains ?? kept.explains;
  return { atOnset, now, ...(explains !== undefined && { explains }), ...later({ ...kept, atOnset }, now) };
}

/** A resource that is beyond its threshold now and wasn't at onset. */
function saturatedLater(kept: Evidence, seen: Evidence): Pick<Evidence, "saturatedLater"> {
  if (kept.saturated === null) return {}; // what could not be asked at onset is taken from now
  const known = new Set(kept.saturated.map(({ line }) => line));
  const all = union(kept.saturatedLater ?? [], seen.saturated ?? [], ({ line }) => line).filter(
    ({ line }) => !known.has(line),
  );
  return all.length > 0 ? { saturatedLater: all } : {};
}

function componentsOf(kept: Evidence["components"], seen: Evidence["components"]): Evidence["components"] {
  if (kept === null) return seen;
  const now = new Map(seen?.map((component) => [component.id, component]));
  const known = new Set(kept.map(({ id }) => id));
  return [
    ...kept.map((component): ComponentEvidence => {
      const current = now.get(component.id);
      if (!current) return { ...component, now: "unknown" };
      const atOnset = worse(component.atOnset, current.atOnset);
      const parts =
        component.atOnset === "failing" && component.parts.length > 0 ? component.parts : current.parts;
      const dependence = component.dependence === "unknown" ? current.dependence : component.dependence;
      const explains = current.explains ?? component.explains;
      return {
        ...component,
        parts,
        atOnset,
        dependence,
        now: current.now,
        ...(explains !== undefined && { explains }),
        ...later({ ...component, atOnset }, current.now),
      };
    }),
    ...(seen ?? []).filter(({ id }) => !known.has(id)),
  ];
}

function exitsOf(
  kept: Evidence["exits"],
  seen: Evidence["exits"],
  onset: Evidence["onset"],
): Evidence["exits"] {
  if (!kept || !seen) return kept ?? seen;
  // A pod that lost its place is seen again in every slot; a container's end has a time of its own.
  const key = ({ atMs, reason, exitCode }: ExitEvidence) =>
    `${reason} ${exitCode === null ? phaseOf(atMs, onset) : atMs}`;
  const known = new Set(kept.map(key));
  const added = union([], seen, key).filter((exit) => !known.has(key(exit)));
  return [...kept, ...added.slice(0, Math.max(0, MOST_EXITS - kept.length))];
}

/** What came before the onset is no sign of what came at it. */
function phaseOf(atMs: number, onset: Evidence["onset"]): "before" | "onset" | "later" {
  if (isOfOnset(atMs, onset)) return "onset";
  return atMs < onset.breachedAtMs ? "before" : "later";
}

/** The first of each key, in order. */
function union<T>(a: readonly T[], b: readonly T[], key: (item: T) => string): T[] {
  const first = new Map<string, T>();
  for (const item of [...a, ...b]) if (!first.has(key(item))) first.set(key(item), item);
  return [...first.values()];
}
