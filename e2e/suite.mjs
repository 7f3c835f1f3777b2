// @ts-check
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { run } from "../setup/child.mjs";
import { PREPARE_STEPS, prepareBuild, prepareClone } from "../setup/prepare.mjs";
import { SetupError, seconds } from "../setup/progress.mjs";
import { runAlone } from "../setup/run-alone.mjs";
import { provideChromium, providePrometheus } from "../setup/tools.mjs";
import { runVitest, VERIFY_STEPS, verify } from "./verify.mjs";

/** @typedef {import("./verify.mjs").Tally} Tally */
/** @typedef {import("../setup/progress.mjs").Progress} Progress */

const ROOT = path.resolve(import.meta.dirname, "..");
const RESULTS = path.join(ROOT, "e2e/results");
/** Packages and client, Prometheus, Chromium, the checks, the build, the integration tests, the walks. */
const STEPS = PREPARE_STEPS + 2 + VERIFY_STEPS + 3;

const HELP = `npm test: every check and every test, on a machine with only Node and npm

It installs the packages, sees to a Prometheus and a Chromium, and runs: types, boundaries, dead code, lint, format, unit
tests; the production build; the integration tests against a real PostgreSQL and a real Prometheus; and the walks through
the demo in a real browser. It ends with one line: how many passed and how many failed. What the walks left behind is in
e2e/results.

  npm test -- --full   an upgrade under load as well, with the web and worker of an earlier build beside this one's: some
                       five minutes more; the same as npm run test:full
  npm test -- --help   this text
  CHROMIUM_PATH        the Chromium to walk with, instead of the first one on PATH
`;

/**
 * Counts the walks from Playwright's own report. One that was skipped, or never came up, counts as failed.
 * @param {string} file
 * @returns {Promise<Tally | null>}
 */
async function countWalks(file) {
  const report = JSON.parse(await readFile(file, "utf8").catch(() => "null"));
  if (!report) return null;
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + skipped };
}

/**
 * @param {Awaited<ReturnType<typeof provideChromium>>} chromium
 * @param {AbortSignal} signal
 * @returns {Promise<Tally>}
 */
async function walk(chromium, signal) {
  const report = path.join(RESULTS, "walks.json");
  const args = ["node_modules/@playwright/test/cli.js", "test", "--config", "e2e/playwright.config.ts"];
  const { code } = await run(process.execPath, args, {
    cwd: ROOT,
    signal,
    echo: true,
    env: {
      ...process.env,
      CHROMIUM_PATH: chromium.executable,
      CHROMIUM_LIBRARIES: JSON.stringify(chromium.env),
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    },
  });
  const { passed, failed } = (await countWalks(report)) ?? { passed: 0, failed: 1 };
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/**
 * Runs every step, the later ones even when an earlier one failed.
 * @param {{ full: boolean }} options full: with what takes minutes
 * @param {Progress} progress
 * @param {AbortSignal} signal
 * @returns {Promise<Tally>}
 */
async function runSuite({ full }, progress, signal) {
  const tally = { passed: 0, failed: 0 };
  /** @param {Tally} more */
  const count = ({ passed, failed }) => {
    tally.passed += passed;
    tally.failed += failed;
  };
  /**
   * A step that others may do without: its failure is told and counted.
   * @template T
   * @param {() => Promise<T>} work
   */
  const attempt = async (work) => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      count({ passed: 0, failed: 1 });
      progress.write(
        `FAILED: ${error instanceof SetupError ? error.message : /** @type {Error} */ (error).stack}`,
      );
      return null;
    }
  };

  await prepareClone(ROOT, { progress, signal });
  const prometheus = await attempt(() =>
    progress.step("Prometheus and promtool", async (add) => {
      const from = await providePrometheus(ROOT, signal);
      add(from);
      return from;
    }),
  );
  const chromium = await attempt(() =>
    progress.step("Chromium", async (add) => {
      const found = await provideChromium(ROOT, signal);
      add(found.from);
      return found;
    }),
  );
  count(await verify(ROOT, { progress, signal }));
  const built = await attempt(async () => {
    await prepareBuild(ROOT, { progress, signal });
    return true;
  });
  if (built) count({ passed: 1, failed: 0 });

  /**
   * @param {string} title
   * @param {"integration" | "full"} project
   */
  const vitest = (title, project) =>
    progress.step(title, async (add) => {
      const result = await runVitest(ROOT, project, signal);
      signal.throwIfAborted();
      add(`${result.passed} passed${result.failed > 0 ? `, ${result.failed} FAILED` : ""}`);
      if (result.failed > 0) progress.write(result.output);
      count(result);
    });
  if (prometheus) await vitest("Integration tests", "integration");
  if (prometheus && built && full) await vitest("Tests that take minutes", "full");
  if (prometheus && chromium && built) {
    await progress.step("Walks in the browser", async (add) => {
      const result = await walk(chromium, signal);
      signal.throwIfAborted();
      add(`${result.passed} passed${result.failed > 0 ? `, ${result.failed} FAILED` : ""}`);
      count(result);
    });
  }
  return tally;
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code: 0 when everything passed, 1 when something didn't, 130 when it was stopped
 */
export async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = args.find((word) => word !== "--full");
  if (unknown !== undefined) {
    process.stderr.write(`npm test knows no "${unknown}". ${HELP}`);
    return 1;
  }
  const full = args.includes("--full");
  return runAlone(
    ROOT,
    { name: "test", about: "running the tests", steps: STEPS + (full ? 1 : 0) },
    async (progress, signal) => {
      const beganAt = performance.now();
      await rm(RESULTS, { recursive: true, force: true });
      await mkdir(RESULTS, { recursive: true });
      const { passed, failed } = await runSuite({ full }, progress, signal);
      progress.write(`The whole run took ${seconds(performance.now() - beganAt)}.`);
      progress.write(`${passed} passed, ${failed} failed`);
      return failed === 0;
    },
  );
}
