import { createAlarm } from "@/alerting/deliver/alarm";
import { createLogOnce } from "@/alerting/runtime/log-once";
import { createRenderTurn, type RenderOptions } from "./turn";

export type RenderingOptions = RenderOptions & {
  pollMs?: number;
  /** Called when mails can leave, so that delivery looks at once. */
  onRendered?: () => void;
};

export type Rendering = {
  /** Looks for drafts now instead of at the next poll. */
  hint(): void;
  /** Begins no further mail, and gives back what it hasn't rendered. */
  stop(): Promise<void>;
};

/**
 * Renders the outbox's drafts until stopped, a few at a time, so that it takes as little memory for ten thousand as for ten. Any number
 * of processes may do so at once.
 *
 * It never throws: a database that is away is waited for, and a mail that can't be rendered goes out as its short text.
 */
export function startRendering(options: RenderingOptions): Rendering {
  const { pollMs = 1_000, onRendered } = options;
  const stopping = new AbortController();
  const alarm = createAlarm(pollMs, stopping.signal);
  const turn = createRenderTurn(options, stopping.signal);
  const once = createLogOnce("Mails can't be rendered; they wait for the database.");

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      alarm.reset();
      const rendered = await turn().then(
        (many) => {
          once.worked();
          return many;
        },
        (error) => {
          once.failed(error);
          alarm.reset();
          return 0;
        },
      );
      if (rendered > 0) onRendered?.();
      else await alarm.pause();
    }
  }

  const running = run();
  return {
    hint: alarm.hint,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
