import type { Eviction, EvictionAndExport } from "@/lib/catalogue/eviction";

/** What the pages' banner and countdown are made of: plain data. The phase follows from it and the time, on either side. */
export type EvictionView = {
  /** null: none is announced. */
  eviction: Eviction | null;
  /** The tenant's, in which its dates are shown. */
  zone: string;
};

export function leavingView({
  leaving,
  timeZone,
}: {
  leaving: EvictionAndExport;
  timeZone: string;
}): EvictionView {
  return { eviction: leaving.eviction ?? null, zone: timeZone };
}
