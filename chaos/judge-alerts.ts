import type { PromiseFinding, RunEvidence, SeenAlert, SeenCycle } from "./evidence";
import { type Held, heldWithin, type Truth } from "./truth";

/** A scrape's time is when it began; its values are those of when it was answered, at most this much later. */
export const SCRAPE_MARGIN_MS = 2_000;
/** A slot is written until the second one after it begins, 10 s at least (decision 0120). */
const WRITTEN_WITHIN_INTERVALS = 2;
const WRITTEN_MARGIN_MS = 3_000;

const words = ({ line, capability }: Pick<SeenAlert, "line" | "capability">) => `${line} of ${capability}`;
const timeOf = (atMs: number) => new Date(atMs).toISOString().slice(11, 19);

/** When a slot may have been written at the latest. */
export const writtenUntilMs = ({ intervalMs }: RunEvidence, slotMs: number) =>
  slotMs + Math.max(WRITTEN_WITHIN_INTERVALS * intervalMs, 10_000) + WRITTEN_MARGIN_MS;

/**
 * An alert fires only where its line breached, for as long as its threshold says, by what could be seen in the slots; and it is
 * written and mailed while that is news.
 */
export function judgeFalseAlarms(evidence: RunEvidence, truth: Truth): PromiseFinding {
  const { staleAfterMs, alerts, mails } = evidence;
  const broken: string[] = [];
  for (const alert of alerts) {
    const held = truth.of(alert.capability, alert.line);
    const seenAt = (atMs: number) => heldWithin(held, atMs - staleAfterMs, atMs + SCRAPE_MARGIN_MS);
    for (const atMs of [alert.breachedAtMs, alert.firedAtMs])
      if (!seenAt(atMs).some(({ isBreach }) => isBreach))
        broken.push(
          `${words(alert)} fired at ${timeOf(alert.firedAtMs)}, and didn't breach at ${timeOf(atMs)}.`,
        );
    if (alert.firedAtMs - alert.breachedAtMs < evidence.forMs)
      broken.push(`${words(alert)} fired at ${timeOf(alert.firedAtMs)}, sooner than its threshold says.`);
    const first = mails.find(({ threadId, kind }) => threadId === alert.threadId && kind === "firing");
    if (alert.id === alert.threadId && first && first.createdAtMs > writtenUntilMs(evidence, alert.firedAtMs))
      broken.push(
        `${words(alert)} fired at ${timeOf(alert.firedAtMs)}, and was written at ${timeOf(first.createdAtMs)}.`,
      );
  }
  return { promise: "No alarm is false", examined: `${alerts.length} alerts`, broken };
}

/** The breaching time that must have counted: between good cycles in a row, in which fresh breaching samples were there to be seen. */
function countedMs(evidence: RunEvidence, cycles: readonly SeenCycle[], breach: Held): number {
  const { scrapesAtMs, intervalMs, staleAfterMs } = evidence;
  /** Two scrapes: Prometheus may have been killed before it had kept the first. */
  const isSeen = ({ slotMs, outcome }: SeenCycle) => {
    if (outcome !== "good" || slotMs > breach.toMs) return false;
    const fromMs = Math.max(breach.fromMs, slotMs - staleAfterMs + SCRAPE_MARGIN_MS);
    return scrapesAtMs.filter((atMs) => atMs >= fromMs && atMs <= slotMs - SCRAPE_MARGIN_MS / 2).length >= 2;
  };
  let most = 0;
  let counted = 0;
  for (const [n, cycle] of cycles.entries()) {
    const before = cycles[n - 1];
    if (!isSeen(cycle)) counted = 0;
    else if (before && isSeen(before)) counted += Math.min(cycle.slotMs - before.slotMs, 2 * intervalMs);
    most = Math.max(most, counted);
  }
  return most;
}

/** A breach that the evaluator saw for longer than the threshold says has its alert. */
export function judgeMissedAlarms(evidence: RunEvidence, truth: Truth): PromiseFinding {
  const { alerts, forMs, intervalMs, healedAtMs } = evidence;
  const broken: string[] = [];
  let examined = 0;
  const lines = new Set(evidence.truth.map(({ capability, line }) => `${capability} ${line}`));
  for (const key of lines) {
    const [capability = "", line = ""] = key.split(" ");
    const cycles = evidence.cycles.filter((cycle) => cycle.line === line).sort((a, b) => a.slotMs - b.slotMs);
    for (const breach of truth.of(capability, line)) {
      if (!breach.isBreach || breach.fromMs > healedAtMs) continue;
      examined += 1;
      if (countedMs(evidence, cycles, breach) < forMs + intervalMs) continue;
      const isReported = alerts.some(
        (alert) =>
          alert.capability === capability &&
          alert.line === line &&
          alert.firedAtMs <= breach.toMs + evidence.staleAfterMs &&
          (alert.endedAtMs ?? Number.POSITIVE_INFINITY) >= breach.fromMs,
      );
      if (!isReported)
        broken.push(`${line} of ${capability} breached from ${timeOf(breach.fromMs)}, and no alert fired.`);
    }
  }
  return { promise: "No alarm is missed", examined: `${examined} breaches`, broken };
}

/** At no time does one line have two alerts. */
export function judgeOverlaps({ alerts }: RunEvidence): PromiseFinding {
  const broken: string[] = [];
  const byLine = new Map<string, SeenAlert[]>();
  for (const alert of [...alerts].sort((a, b) => a.firedAtMs - b.firedAtMs)) {
    const before = byLine.get(words(alert)) ?? [];
    const last = before.at(-1);
    if (last && (last.endedAtMs ?? Number.POSITIVE_INFINITY) > alert.firedAtMs)
      broken.push(`${words(alert)} fired at ${timeOf(alert.firedAtMs)} while its alert before was open.`);
    byLine.set(words(alert), [...before, alert]);
  }
  return { promise: "Alerts of a line don't overlap", examined: `${byLine.size} lines`, broken };
}

/** Between two slots of a line, every slot is counted as missed. */
export function judgeSlotCounts({ cycles, beganAtMs, healedAtMs }: RunEvidence): PromiseFinding {
  const broken: string[] = [];
  const byLine = new Map<string, SeenCycle[]>();
  for (const cycle of [...cycles].sort((a, b) => a.slotMs - b.slotMs))
    byLine.set(cycle.line, [...(byLine.get(cycle.line) ?? []), cycle]);
  let missed = 0;
  for (const [line, ofLine] of byLine)
    for (const [n, cycle] of ofLine.entries()) {
      const before = ofLine[n - 1];
      if (!before) continue;
      missed += cycle.missed;
      const between = Math.round((cycle.slotMs - before.slotMs) / cycle.intervalMs) - 1;
      if (between !== cycle.missed)
        broken.push(
          `${line}: ${between} slots lie between ${timeOf(before.slotMs)} and ${timeOf(cycle.slotMs)}, and ${cycle.missed} are counted.`,
        );
    }
  if (cycles.length === 0)
    broken.push(`Nothing was judged from ${timeOf(beganAtMs)} to ${timeOf(healedAtMs)}.`);
  return { promise: "Slots are accounted for", examined: `${cycles.length} slots, ${missed} missed`, broken };
}
