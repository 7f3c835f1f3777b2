import type { ChaosLine } from "./plan";

/** Milliseconds since the epoch, by this machine's clock, which the database and Prometheus share. */
type AtMs = number;

/** What was really so of one line of one capability, from a time on. */
export type TruthChange = { capability: string; line: ChaosLine; atMs: AtMs; value: number };

export type SeenAlert = {
  id: string;
  capability: string;
  line: string;
  threadId: string;
  breachedAtMs: AtMs;
  firedAtMs: AtMs;
  endedAtMs: AtMs | null;
  endReason: string | null;
  /** Whether a mail of its own reported it. */
  notified: boolean;
};
export type SeenMail = {
  id: string;
  seq: number;
  capability: string;
  kind: string;
  threadId: string | null;
  recipient: string;
  state: string;
  ambiguous: number;
  createdAtMs: AtMs;
  finishedAtMs: AtMs | null;
};
/** A copy that the relay took. mailId: null where the sender's address names none. */
export type TakenCopy = { mailId: string | null; to: string; digest: string; atMs: AtMs };
export type SeenCycle = {
  line: string;
  slotMs: AtMs;
  outcome: string;
  missed: number;
  intervalMs: number;
  finishedAtMs: AtMs;
};
/** What a page said of one line. */
export type SeenLine = {
  line: string;
  status: string;
  /** The value and the time of its sample; null where the page shows no current value. */
  value: number | null;
  sampledAtMs: AtMs | null;
};
/** One look at a health page. status: 0 where no answer came. */
export type Look = {
  web: string;
  capability: string;
  beganAtMs: AtMs;
  endedAtMs: AtMs;
  status: number;
  page: {
    asOfMs: AtMs;
    overall: string;
    isAlertingTrusted: boolean;
    lines: readonly SeenLine[];
  } | null;
};

/** Everything that a run left behind, as the judge reads it. */
export type RunEvidence = {
  beganAtMs: AtMs;
  /** Since when every fault has ended and nothing breaches. */
  healedAtMs: AtMs;
  intervalMs: number;
  /** Of every judged line: how long a breach lasts until it fires, and its end until it is resolved. */
  forMs: number;
  recoverForMs: number;
  /** A newest sample older than this is no current value. */
  staleAfterMs: number;
  truth: readonly TruthChange[];
  /** When Prometheus was given the values. */
  scrapesAtMs: readonly AtMs[];
  alerts: readonly SeenAlert[];
  mails: readonly SeenMail[];
  copies: readonly TakenCopy[];
  cycles: readonly SeenCycle[];
  looks: readonly Look[];
  /** How often a worker was killed, stopped or restarted, or its line to the relay or the database was disturbed. */
  crashes: number;
  /** What wasn't green when the time to heal was over. */
  notGreen: readonly string[];
};

/** One promise, what it was compared with, and each case in which it is broken, as a sentence. */
export type PromiseFinding = { promise: string; examined: string; broken: readonly string[] };
