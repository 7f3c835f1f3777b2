// @ts-check
const HEARTBEAT_MS = 10_000;

/** An error whose message is the whole story for the reader: one sentence, no stack. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Tells a run's steps as they end, numbered, each with its time; a long one is heard of every ten seconds.
 * @param {number} total how many steps there are
 * @param {(line: string) => void} [write]
 */
export function createProgress(total, write = (line) => process.stdout.write(`${line}\n`)) {
  let ended = 0;
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
      const heartbeat = setInterval(
        () => write(`      ${title}: still at it, ${Math.round((performance.now() - beganAt) / 1000)} s`),
        HEARTBEAT_MS,
      );
      try {
        const result = await work((text) => {
          added = `, ${text}`;
        });
        ended += 1;
        write(`[${ended}/${total}] ${title}${added} … ${seconds(performance.now() - beganAt)}`);
        return result;
      } finally {
        clearInterval(heartbeat);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createProgress>} Progress */
