// @ts-check
const HEARTBEAT_MS = 10_000;

/** An error whose message is all that the reader needs: one sentence, no stack. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Prints a run's steps as they end, numbered, each with its time. After ten seconds without a line it names the steps that
 * still run, so that a long one isn't taken for a hanging one.
 * @param {number} total how many steps there are
 * @param {(line: string) => void} [print]
 */
export function createProgress(total, print = (line) => process.stdout.write(`${line}\n`)) {
  let ended = 0;
  /** @type {Map<string, number>} by title, when it began */
  const running = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  let heartbeat;

  const listen = () => {
    clearTimeout(heartbeat);
    if (running.size === 0) return;
    heartbeat = setTimeout(() => {
      const nowMs = performance.now();
      const titles = [...running].map(
        ([title, beganAt]) => `${title}, ${Math.round((nowMs - beganAt) / 1000)} s`,
      );
      write(`      Still at work: ${titles.join("; ")}`);
    }, HEARTBEAT_MS);
  };
  /** @param {string} line */
  const write = (line) => {
    print(line);
    listen();
  };

  return {
    write,
    /**
     * @template T
     * @param {string} title what is there when the step has ended
     * @param {(addition: (text: string) => void) => Promise<T>} work may add a few words to its line
     * @returns {Promise<T>}
     */
    async step(title, work) {
      const beganAt = performance.now();
      let added = "";
      running.set(title, beganAt);
      if (running.size === 1) listen();
      try {
        const result = await work((text) => {
          added = `, ${text}`;
        });
        ended += 1;
        running.delete(title);
        write(`[${ended}/${total}] ${title}${added} … ${seconds(performance.now() - beganAt)}`);
        return result;
      } finally {
        running.delete(title);
        if (running.size === 0) clearTimeout(heartbeat);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createProgress>} Progress */
