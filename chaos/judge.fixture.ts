import type { Look, RunEvidence, SeenCycle, SeenMail } from "./evidence";
import { CHAOS_LINES, type ChaosLine } from "./plan";
import { GOOD_AND_BREACHING } from "./truth";

export const BEGAN_MS = Date.UTC(2026, 10, 30, 12);
const SECOND_MS = 1_000;
const INTERVAL_MS = 5 * SECOND_MS;
const LENGTH_MS = 120 * SECOND_MS;
/** The one breach of the run, by the run's clock, and what follows from it. */
const BREACH = { fromMs: 20_000, toMs: 50_000, firedMs: 35_000, endedMs: 65_000 };
export const CAPABILITY = "capability-1";
export const LINE: ChaosLine = "latency/p95";

/** A time of the run, from its beginning. */
export const atSecond = (seconds: number) => BEGAN_MS + seconds * SECOND_MS;

export const fixtureMail = (change: Partial<SeenMail> & { id: string; seq: number }): SeenMail => ({
  capability: CAPABILITY,
  kind: "firing",
  threadId: "alert-1",
  recipient: `owner@${CAPABILITY}.example`,
  state: "accepted",
  ambiguous: 0,
  createdAtMs: atSecond(36),
  finishedAtMs: atSecond(37),
  ...change,
});

/** A look that says what is true: healthy before the breach. */
export const honestLook = (change: Partial<Look> = {}): Look => ({
  web: "web-1",
  capability: CAPABILITY,
  beganAtMs: atSecond(18),
  endedAtMs: atSecond(18) + 50,
  status: 200,
  page: {
    asOfMs: atSecond(10),
    overall: "healthy",
    isAlertingTrusted: true,
    lines: CHAOS_LINES.map((line) => ({
      line,
      status: "ok",
      value: GOOD_AND_BREACHING[line].good,
      sampledAtMs: atSecond(10),
    })),
  },
  ...change,
});

/** A run of two minutes in which one line breached once, and every promise was kept. */
export function keptRun(): RunEvidence {
  const slots = Array.from({ length: LENGTH_MS / INTERVAL_MS }, (_, n) => BEGAN_MS + n * INTERVAL_MS);
  const cycle = (line: string, slotMs: number): SeenCycle => ({
    line,
    slotMs,
    outcome: "good",
    missed: 0,
    intervalMs: INTERVAL_MS,
    finishedAtMs: slotMs + 100,
  });
  return {
    beganAtMs: BEGAN_MS,
    healedAtMs: BEGAN_MS + LENGTH_MS,
    intervalMs: INTERVAL_MS,
    forMs: 10 * SECOND_MS,
    recoverForMs: 10 * SECOND_MS,
    staleAfterMs: 15 * SECOND_MS,
    truth: CHAOS_LINES.flatMap((line) => {
      const good = {
        capability: CAPABILITY,
        line,
        atMs: atSecond(-60),
        value: GOOD_AND_BREACHING[line].good,
      };
      if (line !== LINE) return [good];
      const breaching = GOOD_AND_BREACHING[line].breaching;
      return [
        good,
        { ...good, atMs: BEGAN_MS + BREACH.fromMs, value: breaching },
        { ...good, atMs: BEGAN_MS + BREACH.toMs },
      ];
    }),
    scrapesAtMs: Array.from({ length: LENGTH_MS / SECOND_MS }, (_, n) => atSecond(n)),
    alerts: [
      {
        id: "alert-1",
        capability: CAPABILITY,
        line: LINE,
        threadId: "alert-1",
        breachedAtMs: atSecond(25),
        firedAtMs: BEGAN_MS + BREACH.firedMs,
        endedAtMs: BEGAN_MS + BREACH.endedMs,
        endReason: "recovered",
        notified: true,
      },
    ],
    mails: [
      fixtureMail({ id: "mail-1", seq: 1 }),
      fixtureMail({
        id: "mail-2",
        seq: 2,
        kind: "recovered",
        createdAtMs: atSecond(66),
        finishedAtMs: atSecond(67),
      }),
    ],
    copies: [
      { mailId: "mail-1", to: `owner@${CAPABILITY}.example`, digest: "one", atMs: atSecond(37) },
      { mailId: "mail-2", to: `owner@${CAPABILITY}.example`, digest: "two", atMs: atSecond(67) },
    ],
    cycles: CHAOS_LINES.flatMap((line) => slots.map((slotMs) => cycle(line, slotMs))),
    looks: [honestLook()],
    crashes: 0,
    notGreen: [],
  };
}
