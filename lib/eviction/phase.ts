import type { Eviction, EvictionAndExport } from "@/lib/catalogue/eviction";
import { dayStartMs } from "./day-start";

/**
 * How long the data can still be exported, in days of 24 hours: clocks that change take no hour away and add none.
 * Faults of the platform come on top.
 */
export const READ_ONLY_DAYS = 30;
const READ_ONLY_MS = READ_ONLY_DAYS * 86_400_000;

/** Where a tenant stands on its way out. Instants are milliseconds since the epoch; each phase begins at its instant. */
export type EvictionPhase =
  | { kind: "live" }
  | { kind: "announced"; notServingFromMs: number }
  | { kind: "read-only"; notServingFromMs: number; deletesAtMs: number }
  | {
      kind: "paused";
      notServingFromMs: number;
      sinceMs: number;
      reason: string;
      /** What is left of the 30 days when the countdown goes on. */
      leftMs: number;
      /** null: it isn't known when the fault is over, so neither is when the 30 days are. */
      deletesAtMs: number | null;
    }
  | { kind: "deleted"; notServingFromMs: number; deletedAtMs: number };

/**
 * The phase at an instant.
 *
 * A pause counts from its own beginning, and only within the 30 days: one that is entered before it begins changes nothing yet, and
 * one that begins once they are over comes too late. Pauses that overlap count once.
 * @param eviction what the definitions say; null or undefined where none is announced
 * @param zone the tenant's, in which a day without a time begins
 */
export function evictionPhase(
  eviction: Eviction | null | undefined,
  zone: string,
  nowMs: number,
): EvictionPhase {
  if (!eviction) return { kind: "live" };
  const notServingFromMs = notServingFrom(eviction, zone);
  if (nowMs < notServingFromMs) return { kind: "announced", notServingFromMs };
  let leftMs = READ_ONLY_MS;
  let goesOnMs = notServingFromMs;
  const pauses = begunPauses(eviction, notServingFromMs, nowMs);
  for (const { fromMs, untilMs } of apart(pauses)) {
    const ranMs = fromMs - goesOnMs;
    if (ranMs >= leftMs) break;
    leftMs -= ranMs;
    if (nowMs < untilMs) {
      // The longest of several simultaneous faults is named.
      const reason = pauses.find((pause) => pause.untilMs > nowMs)?.reason ?? "";
      const deletesAtMs = untilMs === Number.POSITIVE_INFINITY ? null : untilMs + leftMs;
      return { kind: "paused", notServingFromMs, sinceMs: fromMs, reason, leftMs, deletesAtMs };
    }
    goesOnMs = untilMs;
  }
  const deletesAtMs = goesOnMs + leftMs;
  if (nowMs >= deletesAtMs) return { kind: "deleted", notServingFromMs, deletedAtMs: deletesAtMs };
  return { kind: "read-only", notServingFromMs, deletesAtMs };
}

/** Whether the capability is to serve at an instant, and so is judged. */
export function isServing({ eviction }: EvictionAndExport, zone: string, nowMs: number): boolean {
  return !eviction || nowMs < notServingFrom(eviction, zone);
}

/** From when on the capability doesn't serve. */
export function notServingFrom({ from }: Pick<Eviction, "from">, zone: string): number {
  return from.includes("T") ? Date.parse(from) : dayStartMs(from, zone);
}

type Pause = { fromMs: number; untilMs: number; reason: string };

/** Those that have begun, in order, none before the date. One without an end lasts for ever. */
function begunPauses({ pauses }: Eviction, notBeforeMs: number, nowMs: number): Pause[] {
  return pauses
    .map(({ from, until, reason }) => ({
      fromMs: Math.max(Date.parse(from), notBeforeMs),
      untilMs: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
      reason,
    }))
    .filter(({ fromMs, untilMs }) => fromMs <= nowMs && untilMs > fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
}

/** The same time in stretches that don't touch. */
function apart(pauses: readonly Pause[]): Omit<Pause, "reason">[] {
  const stretches: Omit<Pause, "reason">[] = [];
  for (const { fromMs, untilMs } of pauses) {
    const last = stretches.at(-1);
    if (last && fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, untilMs);
    else stretches.push({ fromMs, untilMs });
  }
  return stretches;
}
