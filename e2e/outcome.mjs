// @ts-check
import { readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";

/** @typedef {{ passed: number, failed: number }} Tally */
/** @typedef {{ title: string, file: string, ms: number, failure: string | null }} Timed failure: what went wrong, in one line; null: it passed */
/**
 * What a test runner's own report says: how many passed and failed, and how long each took.
 * @typedef {Tally & { tests: Timed[] }} Outcome
 */

const SLOWEST = 10;
const FAILED_AT_MOST = 40;
const FAILURE_CHARACTERS = 160;
const DID_NOT_RUN = "it did not run";

/**
 * The first line of a failure's message, without the colours of a terminal.
 * @param {string | undefined} message
 */
function inOneLine(message) {
  const [first] = stripVTControlCharacters(message ?? "")
    .trim()
    .split("\n");
  return (first || DID_NOT_RUN).slice(0, FAILURE_CHARACTERS);
}

/** @param {string} file */
const readJson = async (file) => JSON.parse(await readFile(file, "utf8").catch(() => "null"));

/**
 * Reads vitest's JSON report. A test that was skipped proved nothing, and counts as failed; so does a file that can't even be read.
 * @param {string} file
 * @param {string} root
 * @returns {Promise<Outcome | null>} null where there is no report
 */
export async function readVitestReport(file, root) {
  /** @typedef {{ fullName: string, duration?: number, status: string, failureMessages?: string[] }} Assertion */
  /** @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} File */
  /** @type {{ numTotalTests: number, numPassedTests: number, testResults: File[] } | null} */
  const report = await readJson(file);
  if (!report) return null;
  const tests = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = name.replace(`${root}/`, "");
    if (status === "failed" && assertionResults.length === 0)
      return [{ title: "the whole file", file, ms: 0, failure: inOneLine(message) }];
    return assertionResults.map(({ fullName, duration = 0, status: result, failureMessages = [] }) => ({
      title: fullName,
      file,
      ms: duration,
      failure: result === "passed" ? null : inOneLine(failureMessages[0] ?? message),
    }));
  });
  const { numTotalTests, numPassedTests } = report;
  const broken = tests.length - numTotalTests;
  return { passed: numPassedTests, failed: numTotalTests - numPassedTests + Math.max(0, broken), tests };
}

/**
 * Reads Playwright's JSON report. A walk that was skipped, or never came up, counts as failed.
 * @param {string} file
 * @returns {Promise<Outcome | null>} null where there is no report
 */
export async function readWalksReport(file) {
  /** @typedef {{ duration: number, error?: { message?: string } }} Result */
  /** @typedef {{ file: string, title: string, tests: { status: string, results: Result[] }[] }} Spec */
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
    failure: spec.tests.every(({ status }) => status === "expected")
      ? null
      : inOneLine(spec.tests.flatMap(({ results }) => results).find(({ error }) => error)?.error?.message),
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

/**
 * What failed, one to a line with the first line of the reason: the last thing that a long log says.
 * @param {Timed[]} tests
 */
export function failedOf(tests) {
  const failed = tests.filter(({ failure }) => failure !== null);
  const lines = failed
    .slice(0, FAILED_AT_MOST)
    .map(({ title, file, failure }) => `  ${file}: ${title}: ${failure}`);
  const more = failed.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}
