// @ts-check
import { SetupError } from "../setup/progress.mjs";
import { failedOf, slowestOf } from "./outcome.mjs";

/** @typedef {import("./outcome.mjs").Outcome} Outcome */
/** @typedef {import("./outcome.mjs").Tally} Tally */
/** @typedef {import("../setup/progress.mjs").Progress} Progress */

/**
 * What a run has found, line by line: the slowest tests of each kind, what failed, and what there was no time for.
 * @typedef {Tally & { slowest: string[], failures: string[], notBegun: string[] }} SuiteTotal
 */

/**
 * The steps of a run of tests, with what they have found so far.
 * @typedef {ReturnType<typeof createSuiteSteps>} SuiteSteps
 */

/**
 * Makes the steps of one run. Each counts its outcome; a failure ends no other step.
 * @param {{ progress: Progress, signal: AbortSignal, mayBegin: () => boolean }} options mayBegin: whether there is still time for a
 *   long step
 */
export function createSuiteSteps({ progress, signal, mayBegin }) {
  /** @type {SuiteTotal} */
  const total = { passed: 0, failed: 0, slowest: [], failures: [], notBegun: [] };

  /**
   * Adds an outcome to the total.
   * @param {Outcome} outcome
   * @param {string} [kind] of tests, where their times are worth showing
   */
  const count = ({ passed, failed, tests }, kind) => {
    total.passed += passed;
    total.failed += failed;
    total.failures.push(...failedOf(tests));
    if (kind && tests.length > 0) total.slowest.push(kind, ...slowestOf(tests));
  };

  /**
   * A step that others may do without: its failure is reported and counted.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | null>} null where it failed
   */
  const attempt = async (work) => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      count({ passed: 0, failed: 1, tests: [] });
      progress.write(
        `FAILED: ${error instanceof SetupError ? error.message : /** @type {Error} */ (error).stack}`,
      );
      return null;
    }
  };

  /**
   * A step of tests.
   * @param {string} title
   * @param {() => Promise<Outcome & { output?: string }>} work
   */
  const tests = (title, work) =>
    progress.step(title, async (add) => {
      const outcome = await work();
      signal.throwIfAborted();
      add(`${outcome.passed} passed${outcome.failed > 0 ? `, ${outcome.failed} FAILED` : ""}`);
      if (outcome.failed > 0 && outcome.output) progress.write(outcome.output);
      count(outcome, title);
    });

  /** The same, of a long step. @type {typeof tests} */
  const longTests = async (title, work) => {
    if (mayBegin()) await tests(title, work);
    else total.notBegun.push(title);
  };

  return { total, count, attempt, tests, longTests };
}
