import { log } from "@/lib/infra/log";
import { withDeadline } from "./deadline";
import { followUpsCutTotal } from "./metrics";

/** What a cycle asks after its own questions, because of their answers. */
export const FOLLOW_UPS = [
  "scaled-to-zero",
  "deploy-grace",
  "parts",
  "evidence",
  "traffic",
  "waiting",
  "worst-parts",
] as const;
export type FollowUp = (typeof FOLLOW_UPS)[number];
for (const question of FOLLOW_UPS) followUpsCutTotal.inc({ question }, 0);

/**
 * The time that something has. signal: aborts when it is over. leftMs: how much is left, in ms, never below 0. cut: says that
 * something stays without an answer for want of time, also where some is left.
 */
export type TimeLimit = { signal: AbortSignal; leftMs(): number; cut(): void };

/**
 * The time that the follow-ups of one cycle have together. Each takes at most `atMostMs` of it.
 * @throws what `run` throws
 */
export type Budget = <T>(
  followUp: FollowUp,
  atMostMs: number,
  run: (limit: TimeLimit) => Promise<T>,
) => Promise<T>;

/** So much of the time that is left goes to one follow-up at most: those after it have some, whatever it does. */
const SHARE_OF_REST = 0.5;

/**
 * Makes a budget that begins now, by the monotonic clock. Whatever is slow, all follow-ups end within it, plans that are made again
 * included. A follow-up that is cut is counted and logged.
 * @param totalMs for all of them
 * @param stop ends what is under way
 */
export function createBudget(totalMs: number, stop: AbortSignal): Budget {
  const endsAtMs = performance.now() + totalMs;
  return (followUp, atMostMs, run) => {
    const restMs = Math.max(0, endsAtMs - performance.now());
    const withinMs = Math.min(atMostMs, restMs * SHARE_OF_REST);
    let isCut = false;
    const cut = () => {
      isCut = true;
    };
    return withLimit(withinMs, { signal: stop, cut }, async (limit) => {
      const done = await run(limit);
      if ((isCut || limit.signal.aborted) && !stop.aborted) {
        followUpsCutTotal.inc({ question: followUp });
        log.warn({ question: followUp, withinMs: Math.round(withinMs) }, CUT);
      }
      return done;
    });
  };
}

/**
 * Runs something within a share of the time that is left, so that what comes after it has the rest.
 * @param share from 0 to 1
 * @throws what `run` throws
 */
export const withinShare = <T>(
  limit: TimeLimit,
  share: number,
  run: (limit: TimeLimit) => Promise<T>,
): Promise<T> => withLimit(limit.leftMs() * share, limit, run);

function withLimit<T>(
  timeoutMs: number,
  { signal: stop, cut }: Pick<TimeLimit, "signal" | "cut">,
  run: (limit: TimeLimit) => Promise<T>,
): Promise<T> {
  const endsAtMs = performance.now() + timeoutMs;
  const leftMs = () => Math.max(0, endsAtMs - performance.now());
  return withDeadline(timeoutMs, stop, (signal) => run({ signal, leftMs, cut }));
}

const CUT =
  "Questions after a cycle's own were cut for want of time; the slot is judged without their answers.";
