import type { LineAnswer } from "@/alerting/fleet/questions";
import type { Newest, WritePermit } from "@/lib/alerts/ledger/store";
import { type CycleOptions, slotTiming } from "./slot";

/** Slots are of the database's clock, samples of Prometheus's. Clocks that are kept differ by far less than this. */
const CLOCKS_APART_MS = 60_000;

/** What is an hour old may look well. Such a cycle judges nothing, and says why. */
export function clocksApart(prometheusMs: number | null, databaseMs: number): LineAnswer | null {
  if (prometheusMs === null || Math.abs(databaseMs - prometheusMs) <= CLOCKS_APART_MS) return null;
  const seconds = Math.round(Math.abs(databaseMs - prometheusMs) / 1000);
  const side = databaseMs > prometheusMs ? "ahead of" : "behind";
  const detail = `The database's clock is ${seconds} s ${side} Prometheus's. Put the wrong one right.`;
  return { ok: false, fault: "clock", detail };
}

type Clocks = Pick<CycleOptions, "fleet" | "clockOf" | "intervalSeconds">;

/**
 * Whether a slot may be written. Cycles that lie ahead of the database's clock are deleted only where another clock confirms it:
 * Prometheus's, or, where that is unknown, this machine's. Else it is the database's clock that is wrong, and they are proof.
 * @param databaseMs of now, asked after `newestMs` was read
 */
export function writePermit(
  { fleet, clockOf, intervalSeconds }: Clocks,
  slotMs: number,
  { databaseMs, newestMs }: { databaseMs: number; newestMs: number | null },
): WritePermit {
  const timing = slotTiming(slotMs, clockOf(databaseMs), newestMs, intervalSeconds);
  if (timing === "taken") return "lost";
  if (timing === "late") return "late";
  if (timing === "current") return "write";
  const witnessMs = fleet.clockMs() ?? Date.now();
  return Math.abs(databaseMs - witnessMs) <= CLOCKS_APART_MS ? "after-removal" : "clock";
}

/** The same, by the database's clock of now. @throws the driver's error */
export async function permitToWrite(
  options: Clocks & Pick<CycleOptions, "ledger">,
  slotMs: number,
  newest: Newest,
): Promise<WritePermit> {
  return writePermit(options, slotMs, {
    databaseMs: await options.ledger.nowMs(),
    newestMs: newest.slotMs,
  });
}
