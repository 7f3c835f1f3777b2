import { setTimeout as sleep } from "node:timers/promises";
import { healthInstant } from "@/lib/evaluation/grid";
import { BENCH_SCRAPE_SECONDS } from "./samples";

/** The instant that a health view asked for now speaks of. */
export const presentInstant = () => healthInstant(Date.now(), BENCH_SCRAPE_SECONDS);

const leftMs = () => BENCH_SCRAPE_SECONDS * 1000 - (Date.now() % (BENCH_SCRAPE_SECONDS * 1000));

/** Waits for the next slot, in which nothing has been asked yet. */
export async function nextSlot(signal: AbortSignal): Promise<void> {
  const before = presentInstant();
  while (presentInstant() === before) await sleep(leftMs() + 5, undefined, { signal });
}

/** Waits until the present slot lasts at least so long. */
export async function roomInSlot(neededMs: number, signal: AbortSignal): Promise<void> {
  if (leftMs() < neededMs) await nextSlot(signal);
}
