import type { Alerting } from "@/lib/alerting-chain/view";
import type { LineKey } from "@/lib/evaluation/effective";
import type { PartName } from "@/lib/evaluation/parts";
import { statusOf } from "@/lib/evaluation/status";
import type { Condition, LineView, Reading } from "@/lib/evaluation/view";
import { partInWords } from "@/lib/wording/part-words";
import { agoInWords } from "@/lib/wording/sentence";
import type { Overall } from "./view";

/** What the evaluator says about one tenant, as far as it was recorded. */
export type Evaluated = {
  /** null: no worker has ever judged anything here. */
  alerting: Alerting | null;
  /** The lines with a good cycle judged lately. */
  judgedLately: ReadonlySet<LineKey>;
  /** Where it says that they stand. A line that never had a fresh value has none. */
  conditions: ReadonlyMap<LineKey, { condition: Condition; sinceMs: number }>;
  /** For lines without data though others of their parts are seen: the bad parts that are missing. */
  missingParts: ReadonlyMap<LineKey, readonly PartName[]>;
  /** The lines that it last found to be scaled to zero. */
  atZero: ReadonlySet<LineKey>;
  /** The newest alert that is over; null: there was none. */
  lastAlert: { name: string; endedAtMs: number } | null;
};

/** An installation without a worker. */
export const NEVER_EVALUATED: Evaluated = Object.freeze({
  alerting: null,
  judgedLately: new Set<LineKey>(),
  conditions: new Map(),
  missingParts: new Map(),
  atZero: new Set<LineKey>(),
  lastAlert: null,
});

/** Whether the evaluator says where a line stands, and not the page. */
export const isJudgedByEvaluator = (
  { alerting, judgedLately, conditions }: Evaluated,
  lineKey: LineKey,
): boolean => alerting !== null && judgedLately.has(lineKey) && conditions.has(lineKey);

/**
 * A line as the evaluator judges it.
 *
 * Its condition is the evaluator's, which also writes the mails, so that page and mail never contradict each other. Where the
 * evaluator has not judged the line for three intervals, the page's own judgement of the last hour stands in for it, and what
 * that finds to be fine is not shown as OK: nobody would mail its turn for the worse. Without a worker, the page's own judgement
 * is all there is, and the chain says that no alerts are sent. A line that its owner switched off is off in either case.
 * Where a part that was bad isn't seen any more, the value is that of the others, and is not the line's.
 * @param partLabels the labels that name a part of this line
 */
export function asEvaluated(
  line: LineView,
  lineKey: LineKey,
  evaluated: Evaluated,
  partLabels: readonly string[] = [],
): LineView {
  if (evaluated.alerting === null || line.status === "off") return line;
  if (!evaluated.judgedLately.has(lineKey))
    return line.status === "ok" ? { ...line, status: "unknown" } : line;
  const judged = evaluated.conditions.get(lineKey);
  if (!judged) return line;
  const missing = evaluated.missingParts.get(lineKey) ?? [];
  const reading: Reading =
    missing.length > 0 && line.reading.kind === "value"
      ? { kind: "no-data", last: null, missingParts: missing.map((name) => partInWords(partLabels, name)) }
      : line.reading;
  return {
    ...line,
    reading,
    condition: judged.condition,
    conditionSinceMs: judged.sinceMs,
    status: statusOf(reading, judged.condition),
  };
}

/** Older alerts say nothing about today. */
const ALERT_REMEMBERED_MS = 7 * 86_400_000;

/** The overall state of a healthy capability, with its last alert where that was lately. */
export function withLastAlert(overall: Overall, { lastAlert }: Evaluated, nowMs: number): Overall {
  if (overall.state !== "healthy" || !lastAlert) return overall;
  const agoMs = Math.max(0, nowMs - lastAlert.endedAtMs);
  if (agoMs > ALERT_REMEMBERED_MS) return overall;
  const words = `Last alert: ${lastAlert.name}, ended ${agoInWords(agoMs)}.`;
  return { ...overall, sentence: `${overall.sentence} ${words}` };
}
