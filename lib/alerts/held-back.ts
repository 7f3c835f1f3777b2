import {
  beginHold,
  continueHold,
  endHold,
  type Hold,
  type HoldDecision,
  isHeld,
} from "@/lib/attribution/hold";
import type { PlatformIncident } from "@/lib/attribution/incident";
import type { Episode } from "./episode";
import type { LineEvent } from "./judge";

/** What one slot knows of one tenant's alerts and of the platform incident behind each. */
export type HoldNews = {
  atMs: number;
  events: readonly LineEvent[];
  /** The tenant's open alerts after the slot, those that have just fired included. */
  open: readonly Episode[];
  /** Behind an alert that has just fired, or that is held. */
  incidentOf(episode: Episode, hold: Hold | null): PlatformIncident;
  /** The line was judged in this slot, and is outside its threshold. */
  fires(episode: Episode): boolean;
};

export type HeldBack = {
  /** Without the firings that are held back, and with those whose hold ends now. */
  events: LineEvent[];
  /** The alerts whose hold has changed. */
  changed: Episode[];
};

/**
 * Holds the news of firings back while a platform incident runs, for all of a tenant's alerts or for none: once there is one that
 * must be mailed, that mail tells of the held ones too.
 *
 * Only firings are held. Endings, missing data and flapping are told as ever, and what has been told isn't taken back.
 */
export function holdBack({ atMs, events, open, incidentOf, fires }: HoldNews): HeldBack {
  const held = open.filter(isHeld);
  const fired = events.flatMap((event) => (event.kind === "fired" ? [event.episode] : []));
  if (held.length === 0 && fired.length === 0) return { events: [...events], changed: [] };
  // One owner isn't kept waiting for longer by one alert after the other.
  const limits = held.flatMap(({ hold }) => hold?.untilMs ?? []);
  const noLaterThanMs = limits.length === 0 ? null : Math.min(...limits);
  const decisions = [
    ...held.map((episode): [Episode, HoldDecision] => {
      const { hold } = episode;
      if (hold === null) return [episode, { kind: "send", why: null }];
      return [episode, continueHold({ atMs, fires: fires(episode) }, hold, incidentOf(episode, hold))];
    }),
    ...fired.map((episode): [Episode, HoldDecision] => [
      episode,
      beginHold({ atMs, noLaterThanMs }, incidentOf(episode, null)),
    ]),
  ];
  const others = events.filter(({ kind }) => kind !== "fired");
  if (decisions.every(([, { kind }]) => kind === "hold")) {
    const changed = decisions.flatMap(([episode, decision]) =>
      decision.kind === "send" || decision.hold === episode.hold
        ? []
        : [{ ...episode, told: false, hold: decision.hold }],
    );
    return { events: others, changed };
  }
  const released = decisions
    .filter(([episode]) => isHeld(episode))
    .map(([episode, decision]) => {
      const why = decision.kind === "send" ? (decision.why ?? "together") : "together";
      return { ...episode, told: true, hold: endHold(episode.hold, atMs, why) };
    });
  const firings = [...released, ...fired].map(
    (episode): LineEvent => ({ kind: "fired", lineKey: episode.lineKey, episode }),
  );
  return { events: [...others, ...firings], changed: released };
}
