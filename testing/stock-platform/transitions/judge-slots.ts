import { readSlot } from "@/alerting/evaluate/read-slot";
import { thresholdsBy } from "@/alerting/evaluate/thresholds-by";
import { askLines, judgedLines } from "@/alerting/fleet/questions";
import { createBudget } from "@/alerting/runtime/budget";
import type { Alert } from "@/lib/alerts/alert";
import { INITIAL_LINE, type LineState } from "@/lib/alerts/judge";
import { judgeCycle } from "@/lib/alerts/plan";
import type { Bundle } from "@/lib/catalogue/bundle";
import type { LineKey } from "@/lib/evaluation/effective";
import type { DataState } from "@/lib/evaluation/step";
import type { Fleet } from "@/lib/prometheus/fleet";
import type { Instants } from "./remembering-fleet";

/** By tenant and line, the turns as `condition minute` and `data minute`, in order. */
export type TurnsByLine = Map<string, Record<string, string>>;

const ASK_WITHIN_MS = 60_000;

/**
 * The evaluator's own stages over many slots, without a database: the fleet's questions, what is read of them, the judgement.
 * @param instants those that are asked about; a slot is a scrape interval later
 * @param only the lines that are judged; all where it isn't given
 */
export async function judgeSlots(
  fleet: Fleet,
  bundle: Bundle,
  tenantIds: readonly string[],
  { fromMs, toMs, stepMs }: Instants,
  only?: ReadonlySet<string>,
): Promise<TurnsByLine> {
  const stop = new AbortController().signal;
  const thresholdsOf = thresholdsBy(bundle, new Map());
  const lines = judgedLines(bundle).filter(({ lineKey }) => !only || only.has(lineKey));
  const live = new Map(tenantIds.map((id) => [id, []]));
  const states = new Map<LineKey, Map<string, LineState>>(lines.map(({ lineKey }) => [lineKey, new Map()]));
  const alerts = new Map<string, Alert>();
  const turns = new Map<string, Record<string, string[]>>();
  let ids = 0;
  for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) {
    const slotMs = atMs + bundle.scrapeIntervalSeconds * 1000;
    const answers = await askLines(fleet, lines, { label: "tenant", atMs, signal: stop });
    const options = { fleet, label: "tenant", askWithinMs: ASK_WITHIN_MS };
    const budget = createBudget(4 * ASK_WITHIN_MS, stop);
    const slot = { slotMs, askedAtMs: atMs, bundle, lines, answers, budget };
    const read = await readSlot(options, slot, { live, states, thresholdsOf, unknownUntilMs: new Map() });
    if (read.zeroUnanswered !== null) throw new Error(read.zeroUnanswered);
    for (const { lineKey, outcome, detail } of read.records)
      if (outcome === "failed") throw new Error(`${lineKey}: ${detail}`);
    const judged = judgeCycle({
      atMs: slotMs,
      intervalSeconds: stepMs / 1000,
      lines: read.lines,
      live,
      evicted: new Set(),
      thresholdsOf,
      states,
      alerts: [...alerts.values()],
      threads: new Map(),
      newId: () => `${++ids}`,
    });
    for (const alert of judged.alerts) {
      if (alert.ended) alerts.delete(alert.id);
      else alerts.set(alert.id, alert);
    }
    for (const { tenantId, lineKey, state } of judged.states) {
      const before = states.get(lineKey)?.get(tenantId) ?? INITIAL_LINE;
      const ofTenant = turns.get(tenantId) ?? {};
      turns.set(tenantId, ofTenant);
      const words = turnsBetween(before, state, (atMs - toMs) / 60_000);
      if (words.length > 0) ofTenant[lineKey] = [...(ofTenant[lineKey] ?? []), ...words];
      states.get(lineKey)?.set(tenantId, state);
    }
  }
  return new Map(
    tenantIds.map((id) => [
      id,
      Object.fromEntries(
        Object.entries(turns.get(id) ?? {}).map(([line, words]) => [line, words.join(", ")]),
      ),
    ]),
  );
}

/** Data that isn't wanted counts as missing, and has a word of its own here. */
const dataWord = ({ kind, absent }: DataState) => (absent?.notWanted ? "not-wanted" : kind);

/** What is first known of a line is no turn. */
function turnsBetween({ step: before }: LineState, { step: after }: LineState, minute: number): string[] {
  const words: string[] = [];
  if (before.data.kind !== null && dataWord(after.data) !== dataWord(before.data))
    words.push(`${dataWord(after.data)} ${minute}`);
  if (after.judged.condition !== before.judged.condition) words.push(`${after.judged.condition} ${minute}`);
  return words;
}
