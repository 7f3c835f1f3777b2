import type { ComponentState } from "./evidence";
import type { Hold } from "./hold";
import type { Side, Verdict } from "./verdict";

/** What an alert is attributed to, as its owner sees it. */
export type AttributedAlert = {
  alertId: string;
  /** Signal and line: "error-rate/error-rate". */
  lineKey: string;
  /** "error rate": as it stands within a sentence. */
  name: string;
  /** When the breach began, and when it had lasted long enough to alert. */
  breachedAtMs: number;
  firedAtMs: number;
  /** What keeps the mail about it from being written; null: nothing. */
  hold: Hold | null;
  /** null: nothing was said of it, because it began before anybody looked, or while nothing could be asked. */
  verdict: (Verdict & { atMs: number }) | null;
  /** The first side that was decided, used by lists, mails and downtime. null: as the verdict. */
  keptSide: Side | null;
};

/** A component of the platform that has to do with this capability, now. */
export type ComponentView = { id: string; name: string; parts: string[]; state: ComponentState };

/** The answer of GET /api/attribution. Times are milliseconds since the epoch. */
export type AttributionView = {
  tenantId: string;
  asOfMs: number;
  /** The alerts that stand, the newest first. */
  alerts: AttributedAlert[];
  /** null: the operator has named none, or they could not be asked. */
  platform: { components: ComponentView[] } | null;
};
