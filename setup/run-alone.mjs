// @ts-check
import { randomUUID } from "node:crypto";
import path from "node:path";
import { endLeftovers, RUN_VARIABLE } from "./leftovers.mjs";
import { takeLock } from "./lock.mjs";
import { createProgress, SetupError } from "./progress.mjs";
import { onStopSignals } from "./signals.mjs";

/** @typedef {(progress: import("./progress.mjs").Progress, signal: AbortSignal) => Promise<boolean>} Work whether all is well */

/**
 * Runs work that reports its progress, until it ends or is asked to stop.
 * @param {number} steps how many it reports
 * @param {Work} work
 * @returns {Promise<number>} the exit code: 0 when all is well, 1 when something isn't, 130 when it was stopped
 */
export async function runToExitCode(steps, work) {
  const signal = onStopSignals();
  try {
    return (await work(createProgress(steps), signal)) ? 0 : 1;
  } catch (error) {
    if (signal.aborted) return 130;
    process.stderr.write(
      `${error instanceof SetupError ? error.message : /** @type {Error} */ (error).stack}\n`,
    );
    return 1;
  }
}

/**
 * The same for work that may run once at a time in a clone, and that starts processes: whatever they leave behind is ended, also
 * where the run before this one was killed.
 * @param {string} root
 * @param {{ name: string, about: string, steps: number }} run about: what it does, as in "Process 7 is … already"
 * @param {Work} work
 * @returns {Promise<number>} the exit code
 */
export async function runAlone(root, { name, about, steps }, work) {
  process.chdir(root);
  const id = randomUUID();
  process.env[RUN_VARIABLE] = id;
  const lock = await takeLock(path.join(root, `.data/${name}.lock`), { about, run: id });
  if (!lock.held) {
    const { pid, since } = lock.holder;
    process.stderr.write(`Process ${pid} is ${about} in this clone already, since ${since}.\n`);
    return 1;
  }
  if (lock.stale?.run) await endLeftovers(lock.stale.run, 5_000);
  try {
    return await runToExitCode(steps, work);
  } finally {
    await endLeftovers(id, 3_000);
    await lock.release();
  }
}
