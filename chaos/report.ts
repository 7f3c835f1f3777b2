import type { PromiseFinding } from "./evidence";
import { FAULTS, type FaultKind, type PlannedBreach } from "./plan";

/** What is shown of a fault. */
type Told = { kind: FaultKind; target: string; lastedMs: number | null };

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** The moments in which several capabilities' same line began to breach, as a row. */
function massRow(breaches: readonly PlannedBreach[]): string[] {
  const together = new Map<string, PlannedBreach[]>();
  for (const breach of breaches) {
    const moment = `${breach.atMs} ${breach.line}`;
    together.set(moment, [...(together.get(moment) ?? []), breach]);
  }
  const mass = [...together.values()].filter(({ length }) => length > 1);
  const longest = Math.max(0, ...mass.flat().map(({ forMs }) => forMs));
  const lines = [...new Set(mass.flat().map(({ line }) => line))];
  return ["mass crossing", String(mass.length), `${Math.round(longest / 1000)} s`, lines.join(", ")];
}

/** The faults of a run by kind, and its mass crossings, as a table in Markdown. */
export function chaosTable(struck: readonly Told[], breaches: readonly PlannedBreach[]): string {
  const rows = (Object.keys(FAULTS) as FaultKind[]).map((kind) => {
    const ofKind = struck.filter((fault) => fault.kind === kind);
    const had = ofKind.flatMap(({ lastedMs }) => (lastedMs === null ? [] : [lastedMs]));
    const notHad = ofKind.length - had.length;
    const targets = [...new Set(ofKind.map(({ target }) => target))].join(", ");
    const longest = had.length === 0 ? "" : `${Math.round(Math.max(...had) / 1000)} s`;
    return [kind, `${had.length}${notHad > 0 ? ` (${notHad} not possible here)` : ""}`, longest, targets];
  });
  return tableOf(["fault", "times", "longest", "of"], [...rows, massRow(breaches)]);
}

/** The promises, what each was compared with, and how often it was broken, as a table in Markdown. */
export const findingsTable = (findings: readonly PromiseFinding[]): string =>
  tableOf(
    ["promise", "compared", "broken"],
    findings.map(({ promise, examined, broken }) => [promise, examined, String(broken.length)]),
  );
