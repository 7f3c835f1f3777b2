import { endHold, isHeld } from "@/lib/attribution/hold";
import type { EffectiveThreshold, LineKey } from "@/lib/evaluation/effective";
import { type BadPart, missingParts, NO_BAD_PARTS, type PartName } from "@/lib/evaluation/parts";
import {
  type ConditionState,
  type Cycle,
  type DataState,
  INITIAL_STATE,
  type StepReading,
  type StepState,
  step,
} from "@/lib/evaluation/step";
import { thresholdOf } from "@/lib/evaluation/threshold";
import { type Alert, type EndReason, ended, seen, type Thread } from "./alert";
import { isFlapping, isSettled, withTurn } from "./flapping";

/** What is kept of one line of one tenant between two cycles. Plain JSON; the same object where nothing changed. */
export type LineState = {
  step: StepState;
  /** The threshold's version that it was judged by. */
  version: number;
  /** The firings and recoveries of the hour before the newest one. */
  turns: number[];
  /** While the line is flapping: since when, and the thread of the mail that said so. */
  flapping: { sinceMs: number; thread: Thread } | null;
  /** The thread of the mail that said that data is missing, until it is back. */
  missingThread: Thread | null;
  /** The parts that were bad since the line was last ok. absent: none, or written before there were any. */
  badParts?: readonly BadPart[];
};

export const INITIAL_LINE: LineState = Object.freeze({
  step: INITIAL_STATE,
  version: 0,
  turns: [],
  flapping: null,
  missingThread: null,
});

/** What a cycle has to report of a line. lib/alerts/mails.ts decides which mails follow from it. */
export type LineEvent =
  | { kind: "fired"; lineKey: LineKey; alert: Alert }
  | { kind: "ended"; lineKey: LineKey; alert: Alert; reason: EndReason }
  /** Too many turns: from here on none of this line's turns is mailed until it is settled. */
  | { kind: "flapping"; lineKey: LineKey; alert: Alert; thread: Thread }
  | { kind: "settled"; lineKey: LineKey; alert: Alert | null; thread: Thread }
  /** No data for a line that fires, or for long enough for the line that says whether the capability is there at all. */
  | {
      kind: "missing";
      lineKey: LineKey;
      alert: Alert | null;
      thread: Thread;
      sinceMs: number;
      /** The parts that were bad and aren't seen any more, while others are. Empty: nothing is seen of the line. */
      missingParts: readonly PartName[];
    }
  /** ofParts: only parts were missing, which may have come back, been deleted or been given up. */
  | { kind: "data-back"; lineKey: LineKey; thread: Thread; ofParts: boolean };

export type Judged = {
  state: LineState;
  /** As it is after the cycle: opened, changed, ended or the very same. null: there is none. */
  alert: Alert | null;
  events: LineEvent[];
};

export type LineInput = {
  tenantId: string;
  lineKey: LineKey;
  state: LineState;
  /** The open one. */
  alert: Alert | null;
  threshold: EffectiveThreshold & { worse: "higher" | "lower" };
  /** This line's missing data is mailed even where nothing fires. */
  isMissingMailed: boolean;
  /** The bad parts that this cycle leaves; null: the line has no parts, or the cycle learned nothing of them. */
  badParts: readonly BadPart[] | null;
  newId: () => string;
};

/** Missing availability is a condition of its own, with this pending time. */
export const MISSING_MAILED_AFTER_MS = 5 * 60_000;

/**
 * Judges one line of one tenant in one good cycle: `step`, and what that means for its alert.
 *
 * - An edited threshold takes back the time that was counted under the old one; firing stays firing until a fresh value has been
 *   judged under the new one. A line that is switched off ends its alert as cancelled.
 * - The state and the open alert are checked against each other: an open alert without its state goes on firing, and a state
 *   without its alert begins anew. Neither is dropped without a record.
 */
export function judgeLine(input: LineInput, reading: StepReading, cycle: Cycle): Judged {
  const { threshold, alert } = input;
  if (!threshold.enabled) return switchedOff(input, cycle.atMs);
  const before = reconciled(underThreshold(input.state, threshold.version), alert);
  const result = step(before.step, reading, threshold, cycle);
  let state = withParts(
    result.state === before.step ? before : { ...before, step: result.state },
    input.badParts,
  );
  const after = nextAlert(input, state.step.judged, reading, result.transition, cycle.atMs);
  const events: LineEvent[] = [];

  const turned = result.transition === "fired" || result.transition === "recovered";
  if (turned) state = { ...state, turns: withTurn(state.turns, cycle.atMs) };
  let open = after;
  if (turned && open && !state.flapping && isFlapping(state.turns)) {
    const { thread } = open;
    state = { ...state, flapping: { sinceMs: cycle.atMs, thread } };
    if (!open.ended) open = { ...open, notified: false };
    events.push({ kind: "flapping", lineKey: input.lineKey, alert: open, thread });
  } else if (result.transition === "fired" && open && !state.flapping) {
    events.push({ kind: "fired", lineKey: input.lineKey, alert: open });
  } else if (open?.ended && (open.notified || (alert && isHeld(alert)))) {
    events.push({ kind: "ended", lineKey: input.lineKey, alert: open, reason: open.ended.reason });
  }
  const isKnown = state.step.data.kind !== "missing";
  if (!turned && isKnown && state.flapping && isSettled(state.turns, cycle.atMs)) {
    const { thread } = state.flapping;
    if (open && !open.ended) open = { ...open, notified: true };
    state = { ...state, flapping: null, turns: [] };
    events.push({ kind: "settled", lineKey: input.lineKey, alert: open?.ended ? null : open, thread });
  }
  return withData(input, state, open, events, cycle.atMs);
}

/** A line that isn't judged any more: its state is removed, and its open alert ends. */
export function endLine(
  { state, alert, lineKey }: Pick<LineInput, "state" | "alert" | "lineKey">,
  atMs: number,
  reason: "cancelled" | "offboarded" | "evicted",
): Judged {
  const isInitial = state === INITIAL_LINE || isForgotten(state);
  const after = alert && ended(alert, atMs, reason, null);
  // The mail about the flapping also reported the firing, so its end is mailed as well.
  const events: LineEvent[] = after ? [{ kind: "ended", lineKey, alert: after, reason }] : [];
  return { state: isInitial ? state : INITIAL_LINE, alert: after, events };
}

function switchedOff(input: LineInput, atMs: number): Judged {
  const result = endLine(input, atMs, "cancelled");
  if (result.state.version === input.threshold.version) return result;
  return { ...result, state: { ...INITIAL_LINE, version: input.threshold.version } };
}

const isForgotten = ({ step: { judged, data }, flapping, missingThread }: LineState) =>
  judged.condition === "ok" && judged.sinceMs === null && data.kind === null && !flapping && !missingThread;

/** A line that is ok has no bad parts to wait for. */
function withParts(state: LineState, badParts: readonly BadPart[] | null): LineState {
  const known = state.badParts ?? NO_BAD_PARTS;
  const next = state.step.judged.condition === "ok" ? NO_BAD_PARTS : (badParts ?? known);
  return next === known || (next.length === 0 && known.length === 0) ? state : { ...state, badParts: next };
}

/** Time counted under another threshold proves nothing under this one. */
function underThreshold(state: LineState, version: number): LineState {
  if (state.version === version) return state;
  return { ...state, version, step: { ...state.step, judged: restarted(state.step.judged) } };
}

function restarted(judged: ConditionState): ConditionState {
  switch (judged.condition) {
    case "pending":
      return { condition: "ok", sinceMs: judged.sinceMs };
    case "recovering":
      return { condition: "firing", sinceMs: judged.episode.firedAtMs, episode: judged.episode };
    default:
      return judged;
  }
}

function reconciled(state: LineState, alert: Alert | null): LineState {
  const { judged } = state.step;
  const fires = judged.condition === "firing" || judged.condition === "recovering";
  if (fires === (alert !== null)) return state;
  const next: ConditionState = alert
    ? {
        condition: "firing",
        sinceMs: alert.firedAtMs,
        episode: {
          breachedAtMs: alert.breachedAtMs,
          firedAtMs: alert.firedAtMs,
          worst: alert.worst.value,
        },
      }
    : { condition: "ok", sinceMs: null };
  return { ...state, step: { ...state.step, judged: next } };
}

function nextAlert(
  input: LineInput,
  judged: ConditionState,
  reading: StepReading,
  transition: string | null,
  atMs: number,
): Alert | null {
  const { alert } = input;
  const value = reading.kind === "value" ? reading.value : null;
  if (transition === "fired" && "episode" in judged && value !== null) return opened(input, judged, value);
  if (!alert) return null;
  if (transition === "recovered" || transition === "expired") return ended(alert, atMs, transition, value);
  if (!("episode" in judged) || value === null) return alert;
  const now = { value, atMs };
  const worst = seen(alert, judged.episode.worst, now);
  return transition === null ? worst : { ...worst, last: now };
}

function opened(
  { tenantId, lineKey, threshold, state, newId }: LineInput,
  { episode }: Extract<ConditionState, { episode: unknown }>,
  firedValue: number,
): Alert {
  const id = newId();
  const atMs = episode.firedAtMs;
  return {
    id,
    tenantId,
    lineKey,
    thread: state.flapping?.thread ?? { id, lineKey, openedAtMs: atMs },
    breachedAtMs: episode.breachedAtMs,
    firedAtMs: atMs,
    firedValue,
    threshold: { ...thresholdOf(threshold), worse: threshold.worse },
    worst: { value: episode.worst, atMs },
    last: { value: firedValue, atMs },
    missingSinceMs: null,
    notified: state.flapping === null,
    hold: null,
    reminders: 0,
    ended: null,
  };
}

/** What happened to the data, beside what happened to the condition. */
function withData(
  input: LineInput,
  state: LineState,
  alert: Alert | null,
  events: LineEvent[],
  atMs: number,
): Judged {
  const { data } = state.step;
  const { lineKey } = input;
  const missing = missingParts(state.badParts ?? NO_BAD_PARTS).map(({ name }) => name);
  if (alert && !alert.ended) {
    const sinceMs = missingSinceOfAlert(data, alert);
    // The firing mail implies that the data is back.
    if (state.missingThread && sinceMs === null) state = { ...state, missingThread: null };
    if (sinceMs === alert.missingSinceMs) return { state, alert, events };
    const held = isHeld(alert);
    const seen = { ...alert, missingSinceMs: sinceMs };
    // A platform incident holds back that it fires, but not that its data is missing.
    const next =
      held && sinceMs !== null
        ? { ...seen, notified: true, hold: endHold(alert.hold, atMs, "data-missing") }
        : seen;
    // The data's return needs no mail of its own: the alert goes on, or its recovery is mailed.
    if (sinceMs !== null && alert.missingSinceMs === null && next.notified)
      events.push({
        kind: "missing",
        lineKey,
        alert: next,
        thread: next.thread,
        sinceMs,
        missingParts: missing,
      });
    return { state, alert: next, events };
  }
  const { missingThread } = state;
  if (missingThread && data.kind !== "missing") {
    const ofParts = missingParts(input.state.badParts ?? NO_BAD_PARTS).length > 0;
    events.push({ kind: "data-back", lineKey, thread: missingThread, ofParts });
    return { state: { ...state, missingThread: null }, alert, events };
  }
  const sinceMs = missedSinceMs(data);
  const isDue = input.isMissingMailed && sinceMs !== null && atMs - sinceMs >= MISSING_MAILED_AFTER_MS;
  // An expired alert has just been mailed in the same words.
  if (!isDue || missingThread || sinceMs === null || alert?.ended) return { state, alert, events };
  const thread: Thread = { id: input.newId(), lineKey, openedAtMs: atMs };
  events.push({ kind: "missing", lineKey, alert: null, thread, sinceMs, missingParts: missing });
  return { state: { ...state, missingThread: thread }, alert, events };
}

/** Since when data is missing and wanted; null while it is neither. */
function missedSinceMs({ kind, sinceMs, absent }: DataState): number | null {
  if (kind !== "missing" || absent?.notWanted) return null;
  return absent ? absent.sinceMs : sinceMs;
}

/** What isn't wanted changes no alert: it stays open, and what was known to be missing stays so. */
function missingSinceOfAlert({ kind, sinceMs, absent }: DataState, alert: Alert): number | null {
  if (kind !== "missing") return null;
  return absent?.notWanted ? alert.missingSinceMs : sinceMs;
}
