import { setTimeout as sleep } from "node:timers/promises";
import type { Drafts, LeasedDraft } from "@/lib/delivery/drafts/store";
import { isDatabaseAway } from "@/lib/infra/database-away";
import { log } from "@/lib/infra/log";
import type { RenderedDraft } from "./render-draft";

export type LeaseOptions = {
  drafts: Pick<Drafts, "finish" | "release">;
  clock: { nowMs(): number };
  endsAtMs: number;
  /** How long the rendering of one mail may take. */
  renderOneWithinMs: number;
  stop: AbortSignal;
};

/** The drafts of one lease, and what became of each. */
export type Lease = {
  /** Whether a mail that begins now is written before the lease ends. */
  mayBegin(): boolean;
  /** Writes one mail. It never rejects: what goes wrong with a mail keeps no other. */
  write(done: RenderedDraft): Promise<void>;
  /** What was written, and can leave. */
  written(): readonly RenderedDraft[];
  /** Gives back what wasn't written. @throws the driver's error if nothing could be written */
  end(leased: readonly LeasedDraft[]): Promise<void>;
};

/** This long of the lease is for writing. */
const WRITING_MS = 5_000;
/** Between two tries to write, while the database is away. */
const RETRY_MS = 500;

export function createLease({ drafts, clock, endsAtMs, renderOneWithinMs, stop }: LeaseOptions): Lease {
  const written: RenderedDraft[] = [];
  const failed = new Map<string, unknown>();

  /** A database that is away for a moment is waited for while the lease lasts: what was rendered isn't lost by it. */
  async function finish({ finished }: RenderedDraft): Promise<boolean> {
    for (;;) {
      try {
        return (await drafts.finish([finished])).length > 0;
      } catch (error) {
        const isOver = stop.aborted || clock.nowMs() + RETRY_MS >= endsAtMs;
        if (isOver || !isDatabaseAway(error)) throw error;
        await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => {});
      }
    }
  }

  const isAtFault = ({ id }: LeasedDraft) => failed.has(id) && !isDatabaseAway(failed.get(id));
  const giveBack = (some: readonly LeasedDraft[], place: "kept" | "last") =>
    drafts.release(some, place).catch(() => {}); // else the lease runs out

  return {
    mayBegin: () => !stop.aborted && clock.nowMs() + renderOneWithinMs + WRITING_MS <= endsAtMs,
    write: async (done) => {
      try {
        if (await finish(done)) written.push(done);
      } catch (error) {
        failed.set(done.finished.id, error);
      }
    },
    written: () => written,
    end: async (leased) => {
      const done = new Set(written.map(({ finished }) => finished.id));
      const open = leased.filter(({ id }) => !done.has(id));
      const atFault = open.filter(isAtFault);
      await giveBack(atFault, "last");
      // What was readdressed meanwhile is a draft still; so is what wasn't begun.
      const others = open.filter((draft) => !isAtFault(draft));
      await giveBack(others, "kept");
      for (const [mail, error] of failed) {
        if (written.length === 0) throw error;
        log.error({ mail, err: error }, "A rendered mail could not be written; it is rendered again.");
      }
    },
  };
}
