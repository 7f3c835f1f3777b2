import type { Bundle, SignalId } from "@/lib/catalogue/bundle";
import type { LineKey } from "@/lib/evaluation/effective";
import { partsOf } from "./rows";

/** "Error rate", "Saturation: memory", or the key itself where the bundle has lost the line. */
export function titleOf(lineKey: LineKey, bundle: Bundle | null): string {
  const [signal, line] = partsOf(lineKey) as [SignalId, string];
  const definition = bundle?.signals[signal];
  const known = definition?.lines.find(({ id }) => id === line);
  if (!definition || !known) return lineKey;
  const judged = definition.lines.filter(({ threshold }) => threshold);
  return judged.length === 1 ? definition.title : `${definition.title}: ${known.label}`;
}
