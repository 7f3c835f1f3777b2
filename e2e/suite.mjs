// @ts-check
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { run } from "../setup/child.mjs";
import { PREPARE_STEPS, prepareBuild, prepareClone } from "../setup/prepare.mjs";
import { SetupError, seconds } from "../setup/progress.mjs";
import { runAlone } from "../setup/run-alone.mjs";
import { provideChromium, providePrometheus, provideVictoriaMetrics } from "../setup/tools.mjs";
import { failedOf, readWalksReport, slowestOf } from "./outcome.mjs";
import { runVitest, VERIFY_STEPS, verify } from "./verify.mjs";

/** @typedef {import("./outcome.mjs").Outcome} Outcome */
/** @typedef {import("../setup/progress.mjs").Progress} Progress */
/** @typedef {{ project: string, workers: number, ownDemo?: boolean }} Walks ownDemo: it starts the demo that it walks through itself */

const ROOT = path.resolve(import.meta.dirname, "..");
const RESULTS = path.join(ROOT, "e2e/results");

/** Playwright's projects, each with a demo of its own, in lanes that run beside each other: walks wait for most of their time. */
/** @type {Walks[][]} */
const MAIN_WALKS = [[{ project: "main", workers: 2 }], [{ project: "alert", workers: 1 }]];
/** @type {Walks[][]} */
const LONG_WALKS = [
  [{ project: "faults", workers: 1 }],
  [
    { project: "drill", workers: 1, ownDemo: true },
    { project: "mail", workers: 1 },
    { project: "rehearsals", workers: 1 },
  ],
];
/** @param {Walks[][]} lanes */
const countOf = (lanes) => lanes.flat().length;

/** Packages and client, Prometheus, Chromium, the checks, the build, the integration tests, the walks. */
const STEPS = PREPARE_STEPS + 2 + VERIFY_STEPS + 2 + countOf(MAIN_WALKS);
/** The upgrade, and the long walks. */
const LONG_STEPS = 1 + countOf(LONG_WALKS);

const HELP = `npm test: every check and the main tests, on a machine with only Node and npm

It installs the packages, sees to a Prometheus and a Chromium, and runs: types, boundaries, dead code, lint, format, unit
tests; the production build; the integration tests against a real PostgreSQL and a real Prometheus; and the main walks
through the demo in a real browser. It ends with the ten slowest tests of each kind, and one line: how many passed and how
many failed. What the walks left behind is in e2e/results.

  npm test -- --full   afterwards the long ones as well: an upgrade under load, with the web and worker of an earlier build
                       beside this one's; faults of the platform, the mail and the portal; a drill. The same as
                       npm run test:full
  npm test -- --help   this text
  CHROMIUM_PATH        the Chromium to walk with, instead of the first one on PATH
`;

/**
 * @param {Walks} walks
 * @param {Awaited<ReturnType<typeof provideChromium>>} chromium
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
async function walk({ project, workers, ownDemo = false }, chromium, signal) {
  const report = path.join(RESULTS, `walks-${project}.json`);
  const args = [
    "node_modules/@playwright/test/cli.js",
    "test",
    "--config=e2e/playwright.config.ts",
    `--project=${project}`,
    `--workers=${workers}`,
    `--output=${path.join(RESULTS, "walks", project)}`,
  ];
  const { code } = await run(process.execPath, args, {
    cwd: ROOT,
    signal,
    echo: true,
    env: {
      ...process.env,
      CHROMIUM_PATH: chromium.executable,
      CHROMIUM_LIBRARIES: JSON.stringify(chromium.env),
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      WATCHPOST_DEMO_DIR: path.join(RESULTS, `demo-${project}`),
      ...(ownDemo && { WATCHPOST_DEMO: "{}" }),
    },
  });
  const outcome = await readWalksReport(report);
  if (!outcome) return { passed: 0, failed: 1, tests: [] };
  return { ...outcome, failed: outcome.failed === 0 && code !== 0 ? 1 : outcome.failed };
}

/**
 * Runs every step, the later ones even when an earlier one failed.
 * @param {{ full: boolean }} options full: the long ones as well
 * @param {Progress} progress
 * @param {AbortSignal} signal
 * @returns {Promise<import("./outcome.mjs").Tally & { slowest: string[], failures: string[] }>} line by line, the slowest tests
 *   of each kind, and what failed
 */
async function runSuite({ full }, progress, signal) {
  const total = {
    passed: 0,
    failed: 0,
    slowest: /** @type {string[]} */ ([]),
    failures: /** @type {string[]} */ ([]),
  };
  /**
   * @param {Outcome} outcome
   * @param {string} [kind] of tests, where their times are worth telling
   */
  const count = ({ passed, failed, tests }, kind) => {
    total.passed += passed;
    total.failed += failed;
    total.failures.push(...failedOf(tests));
    if (kind && tests.length > 0) total.slowest.push(kind, ...slowestOf(tests));
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
  /** @param {Walks[][]} lanes @param {NonNullable<Awaited<ReturnType<typeof provideChromium>>>} chromium */
  const walkLanes = (lanes, chromium) =>
    Promise.all(
      lanes.map(async (lane) => {
        for (const walks of lane) await tests(`Walks: ${walks.project}`, () => walk(walks, chromium, signal));
      }),
    );

  await prepareClone(ROOT, { progress, signal });
  const prometheus = await attempt(() =>
    progress.step("Prometheus, promtool and VictoriaMetrics", async (add) => {
      const from = [await providePrometheus(ROOT, signal), await provideVictoriaMetrics(ROOT, signal)];
      add([...new Set(from)].join("; "));
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
  count(await verify(ROOT, { progress, signal }), "Unit tests");
  const built = await attempt(async () => {
    await prepareBuild(ROOT, { progress, signal });
    return true;
  });
  if (built) count({ passed: 1, failed: 0, tests: [] });
  if (prometheus) await tests("Integration tests", () => runVitest(ROOT, "integration", signal));
  const walkable = prometheus && built ? chromium : null;
  if (walkable) await walkLanes(MAIN_WALKS, walkable);
  if (!full) return total;
  if (prometheus && built) await tests("An upgrade under load", () => runVitest(ROOT, "full", signal));
  if (walkable) await walkLanes(LONG_WALKS, walkable);
  return total;
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
    { name: "test", about: "running the tests", steps: STEPS + (full ? LONG_STEPS : 0) },
    async (progress, signal) => {
      const beganAt = performance.now();
      await rm(RESULTS, { recursive: true, force: true });
      await mkdir(RESULTS, { recursive: true });
      const { passed, failed, slowest, failures } = await runSuite({ full }, progress, signal);
      progress.write(`\nWhere the time goes, the ten slowest of each kind:\n${slowest.join("\n")}\n`);
      if (failures.length > 0) progress.write(`What failed:\n${failures.join("\n")}\n`);
      progress.write(`The whole run took ${seconds(performance.now() - beganAt)}.`);
      progress.write(`${passed} passed, ${failed} failed`);
      return failed === 0;
    },
  );
}
