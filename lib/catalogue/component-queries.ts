import { parenthesised } from "@/lib/promql/plain-text";
import { CANARY, type Component, type Components } from "./components";

/** The labels by which the joined answers name a component and a part of it. */
export const COMPONENT_LABEL = "component";
export const PART_LABEL = "part";

/**
 * The state of every component in one question.
 * @returns a template, and the labels that its answer may have
 */
export function statesQuery({ components }: Components): { template: string; only: string[] } {
  const parts = components.flatMap(({ part }) => part ?? []);
  return {
    template: components.map((component) => labelled(component, component.state)).join(" or "),
    only: [...new Set([COMPONENT_LABEL, PART_LABEL, ...parts])],
  };
}

/** Which of the components, and which parts of them, a tenant uses, in one question; null where everybody depends on everything. */
export function dependentsQuery({ components }: Components): string | null {
  const own = components.flatMap((component) =>
    component.dependents === undefined || component.id === CANARY
      ? []
      : [labelled(component, component.dependents)],
  );
  return own.length === 0 ? null : own.join(" or ");
}

/** An id and a label name hold nothing that a string could write in another way. The schema has seen to that. */
function labelled({ id, part }: Component, query: string): string {
  const named = `label_replace(${parenthesised(query)}, "${COMPONENT_LABEL}", "${id}", "", "")`;
  return part === undefined ? named : `label_replace(${named}, "${PART_LABEL}", "$1", "${part}", "(.*)")`;
}
