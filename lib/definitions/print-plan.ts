import { exactTime } from "@/lib/eviction/words";
import { changesNothing, type DefinitionsPlan, type FieldChange } from "./plan";
import { quote } from "./problem";

/** A plan as lines for a terminal: + create, ~ change, - remove, = unchanged; and a sentence on each tenant whose 30 days are over. */
export function printPlan(plan: DefinitionsPlan, { dryRun }: { dryRun: boolean }): string {
  const lines = [
    ...plan.created.map(({ id, name, state }) => `+ tenant ${id} (${name}, ${state})`),
    ...plan.changed.flatMap(({ tenant, fields }) => [`~ tenant ${tenant.id}`, ...fields.map(printField)]),
    ...plan.removed.map(({ id, from }) => `- tenant ${id} (${from} -> ended; all that its owner has stays)`),
    ...plan.documents.flatMap(({ kind, isNew, fields }) =>
      isNew ? [`+ ${kind}`] : [`~ ${kind}`, ...fields.map(printField)],
    ),
    ...plan.departed.map(({ id, overAtMs, deletedAtMs }) =>
      deletedAtMs === null
        ? `${id}: its 30 days were over on ${exactTime(overAtMs, "UTC")}; it isn't applied. Its file can be removed.`
        : `${id}: its data was deleted on ${exactTime(deletedAtMs, "UTC")}; it isn't applied. Its file can be removed.`,
    ),
    ...plan.over.map(
      ({ id, overAtMs }) =>
        `${id}: its 30 days were over on ${exactTime(overAtMs, "UTC")}; the worker deletes all that is held about it.`,
    ),
    `= ${plan.unchanged.length} ${plan.unchanged.length === 1 ? "tenant" : "tenants"} unchanged`,
  ];
  if (changesNothing(plan)) return [...lines, "Nothing to change."].join("\n");
  return [...lines, dryRun ? "Nothing was changed: this was a dry run." : "Applied."].join("\n");
}

const printField = ({ path, from, to }: FieldChange) =>
  `    ${path}: ${printValue(from)} -> ${printValue(to)}`;

const printValue = (value: unknown) => (value === undefined || value === null ? "not set" : quote(value));
