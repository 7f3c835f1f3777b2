import type { Verdict } from "./verdict";

/** A verdict as it was given, and from which slot on it held. */
export type RecordedVerdict = Verdict & { alertId: string; atMs: number };

/** A time in which the tenant's availability alert stood, and what was said of it from when on. */
export type Outage = {
  fromMs: number;
  /** null: it lasts. */
  toMs: number | null;
  verdicts: { atMs: number; side: string }[];
};
