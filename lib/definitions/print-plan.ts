import { type FieldChange, isEmpty, type Plan } from "./plan";
import { quote } from "./problem";

/** A plan as lines for a terminal: + create, ~ change, - remove, = unchanged. */
export function printPlan(plan: Plan, { dryRun }: { dryRun: boolean }): string {
  const lines = [
    ...plan.created.map(({ id, name, state }) => `+ tenant ${id} (${name}, ${state})`),
    ...plan.changed.flatMap(({ tenant, fields }) => [`~ tenant ${tenant.id}`, ...fields.map(printField)]),
    ...plan.removed.map(({ id, from }) => `- tenant ${id} (${from} -> ended; all that its owner has stays)`),
    ...plan.documents.flatMap(({ kind, isNew, fields }) =>
      isNew ? [`+ ${kind}`] : [`~ ${kind}`, ...fields.map(printField)],
    ),
    `= ${plan.unchanged.length} ${plan.unchanged.length === 1 ? "tenant" : "tenants"} unchanged`,
  ];
  if (isEmpty(plan)) return [...lines, "Nothing to change."].join("\n");
  return [...lines, dryRun ? "Nothing was changed: this was a dry run." : "Applied."].join("\n");
}

const printField = ({ path, from, to }: FieldChange) =>
  `    ${path}: ${printValue(from)} -> ${printValue(to)}`;

const printValue = (value: unknown) => (value === undefined || value === null ? "not set" : quote(value));
