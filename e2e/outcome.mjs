// @ts-check
import { readFile } from "node:fs/promises";

/** @typedef {{ passed: number, failed: number }} Tally */
/** @typedef {{ title: string, file: string, ms: number }} Timed */
/**
 * What a test runner's own report tells: how many passed and failed, and how long each took.
 * @typedef {Tally & { tests: Timed[] }} Outcome
 */

const SLOWEST = 10;

/** @param {string} file */
const readJson = async (file) => JSON.parse(await readFile(file, "utf8").catch(() => "null"));

/**
 * Reads vitest's JSON report. A test that was skipped proved nothing, and counts as failed; so does a file that can't even be read.
 * @param {string} file
 * @param {string} root
 * @returns {Promise<Outcome | null>} null where there is no report
 */
export async function readVitestReport(file, root) {
  /** @type {{ numTotalTests: number, numPassedTests: number, testResults: { name: string, status: string, assertionResults: { fullName: string, duration?: number }[] }[] } | null} */
  const report = await readJson(file);
  if (!report) return null;
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, duration = 0 }) => ({
      title: fullName,
      file: name.replace(`${root}/`, ""),
      ms: duration,
    })),
  );
  const { numTotalTests, numPassedTests } = report;
  return { passed: numPassedTests, failed: numTotalTests - numPassedTests + broken, tests };
}

/**
 * Reads Playwright's JSON report. A walk that was skipped, or never came up, counts as failed.
 * @param {string} file
 * @returns {Promise<Outcome | null>} null where there is no report
 */
export async function readWalksReport(file) {
  /** @typedef {{ file: string, title: string, tests: { results: { duration: number }[] }[] }} Spec */
  /** @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite */
  /** @type {Suite & { stats: Record<"expected" | "unexpected" | "flaky" | "skipped", number> } | null} */
  const report = await readJson(file);
  if (!report) return null;
  /**
   * @param {Suite} suite
   * @returns {Spec[]}
   */
  const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)];
  const tests = specsOf(report).map((spec) => ({
    title: spec.title,
    file: `e2e/${spec.file}`,
    ms: spec.tests.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0),
  }));
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + skipped, tests };
}

/**
 * The slowest tests, one to a line, the slowest first.
 * @param {Timed[]} tests
 */
export function slowestOf(tests) {
  return tests
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, SLOWEST)
    .map(({ title, file, ms }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${file}: ${title}`);
}
