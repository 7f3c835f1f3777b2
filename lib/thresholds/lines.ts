import { type Bundle, SIGNAL_IDS, type SignalDefinition, type SignalId } from "@/lib/catalogue/bundle";
import {
  effectiveThresholds,
  type LineKey,
  lineKeyOf,
  type ThresholdSetting,
  unusableSettings,
} from "@/lib/evaluation/effective";
import { ownName } from "@/lib/wording/line-name";
import type { RecordedEdit } from "./record";
import type { EditView, ThresholdLine } from "./view";

/** How a judged line is called where it stands alone: by its signal, by its own label where that has several. */
export function lineName(
  id: SignalId,
  signal: SignalDefinition,
  line: { id: string; label: string },
): string {
  const { title, lines } = signal;
  const own = ownName({ id, title, lines }, line);
  if (own !== null) return own;
  const { label } = line;
  if (lines.length === 1) return title;
  const judged = signal.lines.filter(({ threshold }) => threshold).length;
  return judged === 1 ? `${title} ${label}` : `${label} ${title.toLowerCase()}`;
}

/** Every judged line of the bundle with the threshold that holds, in the bundle's order. */
export function thresholdLines(bundle: Bundle, settings: readonly ThresholdSetting[]): ThresholdLine[] {
  const effective = effectiveThresholds(bundle, settings);
  const unusable = new Set(unusableSettings(settings).map(({ signal, line }) => `${signal}/${line}`));
  return SIGNAL_IDS.flatMap((id) =>
    bundle.signals[id].lines.flatMap(({ id: line, label, threshold }): ThresholdLine[] => {
      const key = lineKeyOf(id, line);
      const holds = effective.get(key);
      if (!threshold || !holds) return [];
      const signal = bundle.signals[id];
      return [
        {
          key,
          signal: id,
          line,
          name: lineName(id, signal, { id: line, label }),
          unit: signal.unit,
          worse: signal.worse,
          windowSeconds: signal.windowSeconds,
          threshold: holds,
          default: threshold,
          unusable: unusable.has(key),
        },
      ];
    }),
  );
}

/**
 * The audit trail as the page shows it.
 * @param edits newest first
 * @param pending the ids of those whose preview is being worked out
 */
export function editViews(
  lines: readonly ThresholdLine[],
  edits: readonly RecordedEdit[],
  pending: ReadonlySet<string>,
): EditView[] {
  const known = new Map(lines.map((line) => [line.key, line]));
  const seen = new Set<string>();
  return edits.map(({ signal, line, ...edit }) => {
    const key: LineKey = lineKeyOf(signal as SignalId, line);
    const isNewest = !seen.has(key);
    seen.add(key);
    const found = known.get(key);
    return {
      ...edit,
      line: found ? { key, name: found.name, unit: found.unit, worse: found.worse } : null,
      previewState: previewStateOf(edit, pending),
      undoable: isNewest && found !== undefined,
    };
  });
}

function previewStateOf(
  { id, to, preview }: Pick<RecordedEdit, "id" | "to" | "preview">,
  pending: ReadonlySet<string>,
): EditView["previewState"] {
  if (preview) return "known";
  if (to?.enabled === false) return "none";
  return pending.has(id) ? "pending" : "unknown";
}
