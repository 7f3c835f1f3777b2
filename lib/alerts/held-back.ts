import {
  beginHold,
  continueHold,
  endHold,
  type Hold,
  type HoldDecision,
  isHeld,
} from "@/lib/attribution/hold";
import type { PlatformIncident } from "@/lib/attribution/incident";
import type { Alert } from "./alert";
import type { LineEvent } from "./judge";

/** What one slot knows of one tenant's alerts and of the platform incident behind each. */
export type HoldInput = {
  atMs: number;
  events: readonly LineEvent[];
  /** The tenant's open alerts after the slot, those that have just fired included. */
  open: readonly Alert[];
  /** Behind an alert that has just fired, or that is held. */
  incidentOf(alert: Alert, hold: Hold | null): PlatformIncident;
  /** The line was judged in this slot, and is outside its threshold. */
  fires(alert: Alert): boolean;
};

export type HeldBack = {
  /** Without the firings that are held back, and with those whose hold ends now. */
  events: LineEvent[];
  /** The alerts whose hold has changed. */
  changed: Alert[];
};

/**
 * Holds the mails about firings back while a platform incident runs, for all of a tenant's alerts or for none: once there is one
 * that must be mailed, that mail reports the held ones too.
 *
 * Only firings are held. Endings, missing data and flapping are mailed as usual, and what was mailed isn't taken back.
 */
export function holdBack({ atMs, events, open, incidentOf, fires }: HoldInput): HeldBack {
  const held = open.filter(isHeld);
  const fired = events.flatMap((event) => (event.kind === "fired" ? [event.alert] : []));
  if (held.length === 0 && fired.length === 0) return { events: [...events], changed: [] };
  // One owner isn't kept waiting for longer by one alert after the other.
  const limits = held.flatMap(({ hold }) => hold?.untilMs ?? []);
  const noLaterThanMs = limits.length === 0 ? null : Math.min(...limits);
  const decisions = [
    ...held.map((alert): [Alert, HoldDecision] => {
      const { hold } = alert;
      if (hold === null) return [alert, { kind: "send", why: null }];
      return [alert, continueHold({ atMs, fires: fires(alert) }, hold, incidentOf(alert, hold))];
    }),
    ...fired.map((alert): [Alert, HoldDecision] => [
      alert,
      beginHold({ atMs, noLaterThanMs }, incidentOf(alert, null)),
    ]),
  ];
  const others = events.filter(({ kind }) => kind !== "fired");
  if (decisions.every(([, { kind }]) => kind === "hold")) {
    const changed = decisions.flatMap(([alert, decision]) =>
      decision.kind === "send" || decision.hold === alert.hold
        ? []
        : [{ ...alert, notified: false, hold: decision.hold }],
    );
    return { events: others, changed };
  }
  const released = decisions
    .filter(([alert]) => isHeld(alert))
    .map(([alert, decision]) => {
      const why = decision.kind === "send" ? (decision.why ?? "together") : "together";
      return { ...alert, notified: true, hold: endHold(alert.hold, atMs, why) };
    });
  const firings = [...released, ...fired].map(
    (alert): LineEvent => ({ kind: "fired", lineKey: alert.lineKey, alert }),
  );
  return { events: [...others, ...firings], changed: released };
}
