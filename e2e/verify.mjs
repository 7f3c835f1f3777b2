// @ts-check
import { rm } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "../setup/child.mjs";
import { PREPARE_STEPS, prepareClone } from "../setup/prepare.mjs";
import { runToExitCode } from "../setup/run-alone.mjs";
import { readVitestReport } from "./outcome.mjs";

/** @typedef {import("./outcome.mjs").Tally} Tally */
/** @typedef {import("./outcome.mjs").Timed} Timed */
/** @typedef {import("./outcome.mjs").Outcome} Outcome */
/** @typedef {import("../setup/progress.mjs").Progress} Progress */

/** How many run at a time: the longest first, so that the others fit beside it. */
const LANES = 2;

/** @type {{ title: string, command: string[] }[]} */
const CHECKS = [
  // The types of routes and of imported styles are Next's to write; a bare clone has none yet.
  { title: "Types", command: ["npm", "run", "--silent", "types"] },
  { title: "Boundaries", command: ["npm", "run", "--silent", "boundaries"] },
  { title: "Unused files, exports and packages", command: ["knip", "--no-progress"] },
  { title: "Lint and format", command: ["biome", "check", "--error-on-warnings", "."] },
];

/** How many steps `verify` reports. */
export const VERIFY_STEPS = CHECKS.length + 1;

/**
 * Runs vitest on one project.
 * @param {string} root
 * @param {"unit" | "integration" | "full"} project
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome & { output: string }>}
 */
export async function runVitest(root, project, signal, { files = [], env = {} } = {}) {
  const file = path.join(root, `.data/vitest-${project}-${process.pid}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    project,
    "--passWithNoTests",
    ...reporters,
    ...files,
  ];
  const { code, output } = await run(process.execPath, args, {
    cwd: root,
    signal,
    env: { ...process.env, ...env },
  });
  const outcome = await readVitestReport(file, root);
  await rm(file, { force: true });
  if (!outcome) return { passed: 0, failed: 1, tests: [], output };
  return { ...outcome, failed: outcome.failed === 0 && code !== 0 ? 1 : outcome.failed, output };
}

/**
 * The checks that need no service: types, boundaries, dead code, lint, format, and the unit tests.
 * @param {string} root
 * @param {{ progress: Progress, signal: AbortSignal }} options
 * @returns {Promise<Outcome>} one for each check, and one for each unit test; the times are the unit tests'
 */
export async function verify(root, { progress, signal }) {
  const tally = { passed: 0, failed: 0 };
  /** @type {Timed[]} */
  let tests = [];
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  env.PATH = `${path.join(root, "node_modules/.bin")}${path.delimiter}${env.PATH}`;

  /** @param {Tally & { output: string }} result */
  const count = ({ passed, failed, output }) => {
    tally.passed += passed;
    tally.failed += failed;
    if (failed > 0) progress.write(output);
  };
  const checks = CHECKS.map(
    ({ title, command }) =>
      () =>
        progress.step(title, async (add) => {
          const [program = "", ...args] = command;
          const { code, output } = await run(program, args, { cwd: root, signal, env });
          if (code !== 0) add("FAILED");
          count({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output });
        }),
  );
  const units = () =>
    progress.step("Unit tests", async (add) => {
      const result = await runVitest(root, "unit", signal);
      add(`${result.passed} passed${result.failed > 0 ? `, ${result.failed} FAILED` : ""}`);
      count(result);
      tests = result.tests;
    });
  const [types, ...others] = checks;
  const waiting = [types, units, ...others];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await next();
      signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { ...tally, tests };
}

function main() {
  const root = path.resolve(import.meta.dirname, "..");
  return runToExitCode(PREPARE_STEPS + VERIFY_STEPS, async (progress, signal) => {
    await prepareClone(root, { progress, signal });
    const { passed, failed } = await verify(root, { progress, signal });
    progress.write(`${passed} passed, ${failed} failed`);
    return failed === 0;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exit(await main());
