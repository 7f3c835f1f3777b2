// @ts-check
import { randomUUID } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { endLeftovers, RUN_VARIABLE } from "../setup/leftovers.mjs";
import { takeLock } from "../setup/lock.mjs";
import { PREPARE_STEPS, prepareClone } from "../setup/prepare.mjs";
import { createProgress, seconds } from "../setup/progress.mjs";
import { onStopSignals } from "../setup/signals.mjs";
import { providePrometheus } from "../setup/tools.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const STOP_WITHIN_MS = 9_000;
/** As many as run.ts reports; it can't be imported before the packages are there. */
const RUN_STEPS = 6;

const HELP = `npm run demo: a small platform and its portal on this machine, until Ctrl-C

It installs the packages, builds the portal, and starts an identity provider, a mail relay with an inbox, three
capabilities under traffic, a Prometheus with seven days of history, the operator's repository of issues, a PostgreSQL
and the portal. Everything listens on 127.0.0.1 only and keeps its state under .data/demo; delete that folder to begin
anew.

  npm run demo                             starts it
  npm run demo -- fault TARGET FAULT [on|off]   switches a fault in the demo that runs; list shows them
  npm run demo -- calendar STEP|DAYS|reset      moves the eviction of one tenant; list shows the steps
  npm run demo -- rehearse RUNBOOK on|off       causes what an alert of the operator's is about; list shows them
  npm run demo -- --help                        this text

Environment
  PORT                  the portal's port (3000)
  DEMO_IDENTITY_PORT    the identity provider's (3010)
  DEMO_CONTROL_PORT     the control page's (3020)
  DEMO_SMTP_PORT        the mail relay's (3025)
  DEMO_BOUNCE_PORT      the one that takes mail that came back (3026)
  DEMO_INBOX_PORT       the inbox's (3080)
  DEMO_REPOSITORY_PORT  the operator's repository's (3070)
  DEMO_PROMETHEUS_PORT  Prometheus's (3090)
  DEMO_DATABASE_PORT    PostgreSQL's (3054)
                        A port that isn't set moves to a free one when it is taken; 0 takes any free one.
  DEMO_DATA_DIR         another directory for the state
  DATABASE_URL          a PostgreSQL of yours instead of an embedded one
  DEMO_WALKS=1          accounts, tenants and switches that only the tests need
`;

/**
 * What is done to a demo that runs. `drill` is for demo/drill/plan.yaml.
 * @type {Record<string, () => Promise<(words: string[], environment: NodeJS.ProcessEnv) => Promise<string>>>}
 */
const COMMANDS = {
  fault: async () => (await import("./commands/fault.ts")).fault,
  calendar: async () => (await import("./commands/calendar.ts")).calendar,
  rehearse: async () => (await import("./commands/rehearse.ts")).rehearse,
  drill: async () => (await import("./commands/drill.ts")).drill,
};

/**
 * Runs one of the commands, and prints what it says.
 * @param {() => Promise<(words: string[], environment: NodeJS.ProcessEnv) => Promise<string>>} load
 * @param {string[]} words
 * @returns {Promise<number>} the exit code
 */
async function runCommand(load, words) {
  try {
    await readTypeScript();
    const command = await load();
    const text = await command(words, process.env);
    if (text !== "") process.stdout.write(`${text}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** From now on this process imports TypeScript. */
async function readTypeScript() {
  const { register } = await import("tsx/esm/api");
  register();
}

/**
 * The parts throw sentences for the reader; only a mistake in the code needs its stack.
 * @param {unknown} error
 */
function tell(error) {
  const mistake = [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => error instanceof kind);
  const text =
    error instanceof Error ? (mistake ? (error.stack ?? error.message) : error.message) : String(error);
  process.stderr.write(`\n${text}\n`);
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  process.chdir(ROOT);
  const [word, ...words] = args;
  if (word !== undefined) {
    const load = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
    if (load) return runCommand(load, words);
    process.stderr.write(`npm run demo knows no "${word}"; npm run demo -- --help lists what it knows.\n`);
    return 1;
  }
  const dataDir = path.resolve(process.env.DEMO_DATA_DIR || ".data/demo");
  const beganAt = performance.now();
  const run = randomUUID();
  process.env[RUN_VARIABLE] = run;

  const lock = await takeLock(path.join(dataDir, "lock.json"), { about: "running the demo", run });
  if (!lock.held) {
    const { pid, since, url } = lock.holder;
    const where = url ? ` It serves ${url}.` : "";
    process.stderr.write(
      `Process ${pid} runs the demo on ${dataDir} since ${since}.${where} Stop it first: kill ${pid}\n`,
    );
    return 1;
  }
  const stopping = onStopSignals();
  const progress = createProgress(PREPARE_STEPS + 1 + RUN_STEPS);
  let code = 0;
  let settled = false;
  try {
    const work = runAll({ dataDir, progress, signal: stopping, lock }).finally(() => {
      settled = true;
    });
    code = await Promise.race([work, deadlineAfter(stopping)]);
  } catch (error) {
    if (!stopping.aborted) {
      tell(error);
      code = 1;
    }
  }
  // Nobody is left behind, even when a part didn't stop in time.
  await endLeftovers(run, settled ? 500 : 0);
  await lock.release();
  if (stopping.aborted) progress.write(`Stopped, after ${seconds(performance.now() - beganAt)}.`);
  return code;
}

/** @param {AbortSignal} stopping */
function deadlineAfter(stopping) {
  return new Promise((resolve) => {
    stopping.addEventListener("abort", () => setTimeout(() => resolve(0), STOP_WITHIN_MS), { once: true });
  });
}

/**
 * @param {{ dataDir: string, progress: import("../setup/progress.mjs").Progress, signal: AbortSignal,
 *   lock: Extract<Awaited<ReturnType<typeof takeLock>>, { held: true }> }} options
 */
async function runAll({ dataDir, progress, signal, lock }) {
  if (lock.stale?.run) {
    const ended = await endLeftovers(lock.stale.run, 5_000);
    if (ended > 0) progress.write(`      Ended ${ended} processes that an earlier run left behind.`);
  }
  await progress.step("Prometheus and promtool", async (add) => add(await providePrometheus(ROOT, signal)));
  await prepareClone(ROOT, { progress, signal });
  await readTypeScript();
  const { runDemo } = await import("./run.ts");
  return runDemo({
    root: ROOT,
    dataDir,
    walks: process.env.DEMO_WALKS === "1",
    progress,
    signal,
    onReady: (url) => lock.note(url),
  });
}
