// @ts-check
import { randomUUID } from "node:crypto";
import path from "node:path";
import { endLeftovers, RUN_VARIABLE } from "../../demo/setup/leftovers.mjs";
import { takeLock } from "../../demo/setup/lock.mjs";
import { PREPARE_STEPS, prepareBuild, prepareClone } from "../../demo/setup/prepare.mjs";
import { createProgress, SetupError, seconds } from "../../demo/setup/progress.mjs";
import { onStopSignals } from "../../demo/setup/signals.mjs";
import { provideChromium, providePrometheus } from "../../demo/setup/tools.mjs";

const ROOT = path.resolve(import.meta.dirname, "../..");
const PARTS = ["scoping", "overhead", "sharing", "warm", "first-load", "evaluator", "drain", "preview"];

const HELP = `npm run bench: measures the portal's promises about speed

Each is a ratio or a count within one run, so that another machine gives nearly the same. It builds the portal, starts it
beside a real Prometheus with the series of 20 tenants and a real PostgreSQL, and prints what it measured and whether each
limit holds. The same is in e2e/results/bench.json.

  npm run bench               everything; some five minutes
  npm run bench -- NAME …     only these parts: ${PARTS.join(", ")}
  npm run bench -- --help     this text

Exit code: 0 when every limit holds, 1 when one doesn't.
`;

/**
 * @param {string[]} parts
 * @param {import("../../demo/setup/progress.mjs").Progress} progress
 * @param {AbortSignal} signal
 */
async function runAll(parts, progress, signal) {
  await progress.step("Prometheus and promtool", async (add) => add(await providePrometheus(ROOT, signal)));
  const chromium = parts.includes("first-load")
    ? await progress.step("Chromium", async (add) => {
        const found = await provideChromium(ROOT, signal);
        add(found.from);
        return found;
      })
    : null;
  await prepareClone(ROOT, { progress, signal });
  await prepareBuild(ROOT, { progress, signal });
  const { register } = await import("tsx/esm/api");
  register();
  const { runBench } = await import("./run.ts");
  return runBench({ root: ROOT, parts, chromium, progress, signal });
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
  const unknown = args.find((name) => !PARTS.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`npm run bench knows no "${unknown}". ${HELP}`);
    return 1;
  }
  process.chdir(ROOT);
  const parts = PARTS.filter((name) => args.length === 0 || args.includes(name));
  const run = randomUUID();
  process.env[RUN_VARIABLE] = run;
  const lock = await takeLock(path.join(ROOT, ".data/bench.lock"), { about: "running the benchmark", run });
  if (!lock.held) {
    process.stderr.write(`Process ${lock.holder.pid} runs the benchmark in this clone already.\n`);
    return 1;
  }
  if (lock.stale?.run) await endLeftovers(lock.stale.run, 5_000);
  const signal = onStopSignals();
  const progress = createProgress(
    PREPARE_STEPS + 2 + (parts.includes("first-load") ? 1 : 0) + 1 + parts.length,
  );
  const beganAt = performance.now();
  try {
    const kept = await runAll(parts, progress, signal);
    progress.write(`The benchmark took ${seconds(performance.now() - beganAt)}.`);
    return kept ? 0 : 1;
  } catch (error) {
    if (signal.aborted) return 130;
    process.stderr.write(
      `${error instanceof SetupError ? error.message : /** @type {Error} */ (error).stack}\n`,
    );
    return 1;
  } finally {
    await endLeftovers(run, 3_000);
    await lock.release();
  }
}
