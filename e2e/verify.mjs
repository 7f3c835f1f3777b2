// @ts-check
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "../setup/child.mjs";
import { PREPARE_STEPS, prepareClone } from "../setup/prepare.mjs";
import { runToExitCode } from "../setup/run-alone.mjs";

/** @typedef {{ passed: number, failed: number }} Tally */
/** @typedef {import("../setup/progress.mjs").Progress} Progress */

/** How many run at a time: the longest first, so that the others fit beside it. */
const LANES = 2;

/** @type {{ title: string, command: string[][] }[]} */
const CHECKS = [
  // The types of routes and of imported styles are Next's to write; a bare clone has none yet.
  {
    title: "Types",
    command: [
      ["next", "typegen"],
      ["tsc", "--noEmit"],
    ],
  },
  { title: "Boundaries", command: [["npm", "run", "--silent", "boundaries"]] },
  { title: "Unused files, exports and packages", command: [["knip", "--no-progress"]] },
  { title: "Lint", command: [["biome", "lint", "--error-on-warnings", "."]] },
  { title: "Format", command: [["biome", "check", "--linter-enabled=false", "."]] },
];

/** How many steps `verify` tells of. */
export const VERIFY_STEPS = CHECKS.length + 1;

/**
 * Runs vitest on one project and counts its tests. A test that was skipped proved nothing, and counts as failed.
 * @param {string} root
 * @param {"unit" | "integration" | "full"} project
 * @param {AbortSignal} signal
 * @returns {Promise<Tally & { output: string }>}
 */
export async function runVitest(root, project, signal) {
  const file = path.join(root, `.data/vitest-${project}-${process.pid}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    project,
    "--passWithNoTests",
    ...reporters,
  ];
  const { code, output } = await run(process.execPath, args, { cwd: root, signal });
  /** @type {{ numTotalTests: number, numPassedTests: number, testResults: { status: string, assertionResults: unknown[] }[] } | null} */
  const result = JSON.parse(await readFile(file, "utf8").catch(() => "null"));
  await rm(file, { force: true });
  if (!result) return { passed: 0, failed: 1, output };
  // A file that can't even be read has no tests to count.
  const broken = result.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  const failed = result.numTotalTests - result.numPassedTests + broken;
  return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, output };
}

/**
 * The checks that need no service: types, boundaries, dead code, lint, format, and the unit tests.
 * @param {string} root
 * @param {{ progress: Progress, signal: AbortSignal }} options
 * @returns {Promise<Tally>} one for each check, and one for each unit test
 */
export async function verify(root, { progress, signal }) {
  const tally = { passed: 0, failed: 0 };
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
          for (const [program = "", ...args] of command) {
            const { code, output } = await run(program, args, { cwd: root, signal, env });
            if (code === 0) continue;
            add("FAILED");
            return count({ passed: 0, failed: 1, output });
          }
          count({ passed: 1, failed: 0, output: "" });
        }),
  );
  const units = () =>
    progress.step("Unit tests", async (add) => {
      const result = await runVitest(root, "unit", signal);
      add(`${result.passed} passed${result.failed > 0 ? `, ${result.failed} FAILED` : ""}`);
      count(result);
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
  return tally;
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
