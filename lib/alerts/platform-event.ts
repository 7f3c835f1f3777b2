import { isHeld } from "@/lib/attribution/hold";
import type { Alert } from "./alert";

/** Alerts that began within this time of a slot belong to one event: scrapes, and so crossings, are spread over an interval. */
const WINDOW_MS = 5 * 60_000;
const SHARE = 0.2;
/** On a small platform one or two are a share and no event. */
const LEAST = 5;
/** On a large one so many are an event, whatever their share. */
const MANY = 500;

/** So many capabilities began to alert at about the same time that it is the platform, whatever their owners are mailed. */
export type PlatformEvent = { fired: number; judged: number };

/** What fired in the minutes up to a slot, among the alerts as they are after it. */
export type EventInput = {
  alerts: Iterable<Pick<Alert, "tenantId" | "breachedAtMs" | "firedAtMs" | "hold">>;
  slotMs: number;
  intervalSeconds: number;
  /** How many capabilities the slot judged. */
  judged: number;
  /** Since when this bundle is judged here; null: it isn't known. */
  lookedSinceMs: number | null;
};

/** A worker takes up a new bundle this late (lib/catalogue/store.ts: it is at most 10 s old). */
const TAKEN_UP_WITHIN_MS = 10_000;

/**
 * Whether many capabilities began to alert within the minutes up to a slot. Two kinds of alerts don't count: one whose mail is held
 * back, because the operator has declared the incident; and one that breached already when this bundle was looked at first, in a new
 * installation or after a change of the bundle: nothing shows that it began just then.
 * @returns null where they are few
 */
export function platformEvent(input: EventInput): PlatformEvent | null {
  const { alerts, slotMs, intervalSeconds, judged, lookedSinceMs } = input;
  const lookedUntilMs =
    lookedSinceMs === null
      ? Number.NEGATIVE_INFINITY
      : lookedSinceMs + 2 * intervalSeconds * 1_000 + TAKEN_UP_WITHIN_MS;
  const tenants = new Set<string>();
  for (const alert of alerts) {
    const { tenantId, firedAtMs, breachedAtMs } = alert;
    const isRecent = firedAtMs > slotMs - WINDOW_MS && firedAtMs <= slotMs;
    const isFirstLook = breachedAtMs >= (lookedSinceMs ?? 0) && breachedAtMs <= lookedUntilMs;
    if (isRecent && !isFirstLook && !isHeld(alert)) tenants.add(tenantId);
  }
  const fired = tenants.size;
  const isMany = fired >= MANY || (fired >= LEAST && fired >= SHARE * judged);
  return isMany ? { fired, judged } : null;
}

/** For the operator. It names no tenant. */
export const platformEventWords = ({ fired, judged }: PlatformEvent): string =>
  `${fired} of ${judged} capabilities began to alert within five minutes. Look at the platform first.`;
