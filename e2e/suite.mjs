// @ts-check
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { run } from "../setup/child.mjs";
import { provideIdentityServer } from "../setup/identity-server.mjs";
import { provideLaterStores } from "../setup/later-stores.mjs";
import { provideMailServers } from "../setup/mail-servers.mjs";
import { provideOlderPostgres } from "../setup/older-postgres.mjs";
import { PREPARE_STEPS, prepareBuild, prepareClone } from "../setup/prepare.mjs";
import { seconds } from "../setup/progress.mjs";
import { runAlone } from "../setup/run-alone.mjs";
import { provideChromium, providePrometheus, provideVictoriaMetrics } from "../setup/tools.mjs";
import { readWalksReport } from "./outcome.mjs";
import { readSuiteArguments } from "./suite-arguments.mjs";
import { createSuiteSteps } from "./suite-steps.mjs";
import { runVitest, VERIFY_STEPS, verify } from "./verify.mjs";

/** @typedef {import("./outcome.mjs").Outcome} Outcome */
/** @typedef {import("../setup/progress.mjs").Progress} Progress */
/** @typedef {{ project: string, workers: number, ownDemo?: boolean }} Walks ownDemo: it starts the demo that it walks through itself */

const ROOT = path.resolve(import.meta.dirname, "..");
const RESULTS = path.join(ROOT, "e2e/results");

/** Playwright's projects, each with a demo of its own, in lanes that run beside each other: walks wait for most of their time. */
/** @type {Walks[][]} */
const MAIN_WALKS = [[{ project: "main", workers: 2 }], [{ project: "alert", workers: 1 }]];
/** Where time is limited, the last ones of a lane are missed first. @type {Walks[][]} */
const LONG_WALKS = [
  [{ project: "faults", workers: 1 }],
  [
    { project: "mail", workers: 1 },
    { project: "attack", workers: 1 },
    { project: "rehearsals", workers: 1 },
    { project: "drill", workers: 1, ownDemo: true },
  ],
];
const ALL_WALKS = [...MAIN_WALKS, ...LONG_WALKS].flat();
/** @param {Walks[][]} lanes */
const countOf = (lanes) => lanes.flat().length;

/** Packages and client, Prometheus, Chromium, the checks, the build, the integration tests, the walks. */
const STEPS = PREPARE_STEPS + 2 + VERIFY_STEPS + 2 + countOf(MAIN_WALKS);
/**
 * The oldest supported PostgreSQL, the other ones and the tests on both, the newer metrics stores, mail servers, identity server, long
 * tests, chaos, and the long walks.
 */
const LONG_STEPS = 9 + countOf(LONG_WALKS);
/** Packages and client, Prometheus, Chromium, the build, the walks. */
const STEPS_OF_WALKS = PREPARE_STEPS + 4;
/** What is written for a version of PostgreSQL: statements, schema migrations, backup, and the stores. */
const ON_OLDEST_POSTGRES = {
  env: { TEST_POSTGRES: "15" },
  files: ["prisma", "server/migrate", "lib", "alerting/evaluate/model"],
};

/** Less differs on those between it and the embedded one. */
const ON_OTHER_POSTGRES = ["prisma", "server/migrate", "lib/delivery/store"];

const HELP = `npm test: every check and the main tests, on a machine with only Node and npm

It installs the packages, sees to a Prometheus and a Chromium, and runs: types, boundaries, dead code, lint, format, unit
tests; the production build; the integration tests against a real PostgreSQL and a real Prometheus; and the main walks
through the demo in a real browser. It ends with the ten slowest tests of each kind, and one line: how many passed and how
many failed. What the walks left behind is in e2e/results.

  npm test -- --full   afterwards the long ones as well, for which .ci/run installs Debian's PostgreSQL 15 and PgBouncer: what is
                       written for a version of PostgreSQL on the oldest one, and most of it on 16 and 17; PgBouncer; starts and
                       stops, a failover, a full disk; an upgrade under load, with the web and worker of an earlier build beside
                       this one's; newer metrics stores, Postfix, Exim and Glewlwyd, where apt has them; three minutes of chaos;
                       faults of the platform, the mail and the portal; a drill. The same as npm run test:full
  npm test -- --full --begin-within 60
                       the same where time is limited: no long test begins after 60 minutes, and the last lines name those that didn't
  npm test -- --walks attack
                       only the walks of one project (main, alert, faults, mail, rehearsals, attack, drill), with what they need;
                       npm run attack is the same for those that try every address as somebody with a script would
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
 * @typedef {Awaited<ReturnType<typeof provideChromium>>} Chromium
 * @typedef {import("./suite-steps.mjs").SuiteSteps} SuiteSteps
 * @typedef {{ progress: Progress, signal: AbortSignal, steps: SuiteSteps }} Run
 */

/**
 * Lets everything fail that can, for three minutes, by a seed whose plan kills and stops workers, fails over and fills the disk. It is
 * the same each time, so that a failure can be looked at.
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
async function chaos(signal) {
  const args = ["chaos/start.mjs", "--minutes", "3", "--seed", "142"];
  const { code } = await run(process.execPath, args, { cwd: ROOT, signal, echo: true });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, tests: [] };
}

/**
 * Runs every step, the later ones even when an earlier one failed.
 * @param {{ full: boolean, only: Walks | null, mayBegin: () => boolean }} options full: the long ones as well; only: nothing but these
 *   walks; mayBegin: whether there is still time for a long one
 * @param {Progress} progress
 * @param {AbortSignal} signal
 */
async function runSuite({ full, only, mayBegin }, progress, signal) {
  const steps = createSuiteSteps({ progress, signal, mayBegin });
  const run = { progress, signal, steps };
  await prepareClone(ROOT, { progress, signal });
  const { prometheus, chromium } = await provideTools(run);
  if (!only) steps.count(await verify(ROOT, { progress, signal }), "Unit tests");
  const built = await steps.attempt(async () => {
    await prepareBuild(ROOT, { progress, signal });
    return true;
  });
  if (built) steps.count({ passed: 1, failed: 0, tests: [] });
  const walkable = prometheus && built ? chromium : null;
  if (only) {
    if (walkable) await walkLanes([[only]], walkable, signal, steps.tests);
    return steps.total;
  }
  if (prometheus) await steps.tests("Integration tests", () => runVitest(ROOT, "integration", signal));
  if (walkable) await walkLanes(MAIN_WALKS, walkable, signal, steps.tests);
  if (!full) return steps.total;
  await runLongTests(run, { prometheus: prometheus !== null, built: built !== null });
  if (walkable) await walkLanes(LONG_WALKS, walkable, signal, steps.longTests);
  return steps.total;
}

/**
 * What the tests need beside packages. What can't be had is null, and counted as a failure.
 * @param {Run} run
 */
async function provideTools({ progress, signal, steps }) {
  const prometheus = await steps.attempt(() =>
    progress.step("Prometheus, promtool and VictoriaMetrics", async (add) => {
      const from = [await providePrometheus(ROOT, signal), await provideVictoriaMetrics(ROOT, signal)];
      add([...new Set(from)].join("; "));
      return from;
    }),
  );
  const chromium = await steps.attempt(() =>
    progress.step("Chromium", async (add) => {
      const found = await provideChromium(ROOT, signal);
      add(found.from);
      return found;
    }),
  );
  return { prometheus, chromium };
}

/**
 * The tests that take minutes, with the servers that only they need.
 * @param {Run} run
 * @param {{ prometheus: boolean, built: boolean }} has what there is
 */
async function runLongTests({ progress, signal, steps }, { prometheus, built }) {
  if (prometheus)
    await steps.longTests("On Debian's PostgreSQL 15", () =>
      runVitest(ROOT, "integration", signal, ON_OLDEST_POSTGRES),
    );
  const others = await steps.attempt(() =>
    progress.step("PostgreSQL 16 and 17", async (add) => {
      const { versions, missing } = await provideOlderPostgres(ROOT, signal);
      add([...versions.map((version) => `PostgreSQL ${version}`), ...missing].join("; "));
      return versions;
    }),
  );
  for (const version of (prometheus && others) || [])
    await steps.longTests(`On PostgreSQL ${version}`, () =>
      runVitest(ROOT, "integration", signal, { env: { TEST_POSTGRES: version }, files: ON_OTHER_POSTGRES }),
    );
  await steps.attempt(() =>
    progress.step("Newer metrics stores", async (add) => {
      const { stores, missing } = await provideLaterStores(ROOT, signal);
      add([...stores.map(({ name }) => name), ...missing].join("; "));
    }),
  );
  await steps.attempt(() =>
    progress.step("Postfix and Exim", async (add) => {
      const { postfix, exim } = await provideMailServers(ROOT, signal);
      add(
        postfix && exim
          ? "Debian's packages, unpacked under .data/tools"
          : "not both of them can be had here",
      );
    }),
  );
  await steps.attempt(() =>
    progress.step("Glewlwyd", async (add) => {
      const folder = await provideIdentityServer(ROOT, signal);
      add(folder ? "Debian's package, unpacked under .data/tools" : "it can't be had here");
    }),
  );
  if (prometheus && built)
    await steps.longTests(
      "Starts, failover, full disk, an upgrade, newer stores, mail and identity servers",
      () => runVitest(ROOT, "full", signal),
    );
  if (prometheus && built) await steps.longTests("Three minutes of chaos", () => chaos(signal));
}

/**
 * Walks lane beside lane, each lane's projects one after the other.
 * @param {Walks[][]} lanes
 * @param {Chromium} chromium
 * @param {AbortSignal} signal
 * @param {SuiteSteps["tests"]} inStep
 */
async function walkLanes(lanes, chromium, signal, inStep) {
  await Promise.all(
    lanes.map(async (lane) => {
      for (const walks of lane) await inStep(`Walks: ${walks.project}`, () => walk(walks, chromium, signal));
    }),
  );
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code: 0 when everything passed, 1 when something didn't, 130 when it was stopped
 */
export async function main(args) {
  const read = readSuiteArguments(
    args,
    ALL_WALKS.map(({ project }) => project),
  );
  if ("complaint" in read) {
    process.stderr.write(`${read.complaint}\n\n${HELP}`);
    return 1;
  }
  if (read.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { full, walks, beginWithinMs } = read;
  const only = ALL_WALKS.find(({ project }) => project === walks) ?? null;
  const steps = only ? STEPS_OF_WALKS : STEPS + (full ? LONG_STEPS : 0);
  return runAlone(ROOT, { name: "test", about: "running the tests", steps }, async (progress, signal) => {
    const beganAt = performance.now();
    await rm(RESULTS, { recursive: true, force: true });
    await mkdir(RESULTS, { recursive: true });
    const mayBegin = () => performance.now() - beganAt < beginWithinMs;
    const { passed, failed, slowest, failures, notBegun } = await runSuite(
      { full, only, mayBegin },
      progress,
      signal,
    );
    progress.write(`\nWhere the time goes, the ten slowest of each kind:\n${slowest.join("\n")}\n`);
    if (failures.length > 0) progress.write(`What failed:\n${failures.join("\n")}\n`);
    if (notBegun.length > 0)
      progress.write(
        `NOT RUN, since ${seconds(beginWithinMs)} were over:\n${notBegun.map((title) => `  ${title}\n`).join("")}`,
      );
    progress.write(`The whole run took ${seconds(performance.now() - beganAt)}.`);
    progress.write(`${passed} passed, ${failed} failed`);
    return failed === 0;
  });
}
