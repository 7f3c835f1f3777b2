// @ts-check
import path from "node:path";
import { parseArgs } from "node:util";
import { provideFaketime } from "../setup/faketime.mjs";
import { PREPARE_STEPS, prepareBuild, prepareClone } from "../setup/prepare.mjs";
import { seconds } from "../setup/progress.mjs";
import { runAlone } from "../setup/run-alone.mjs";
import { providePrometheus } from "../setup/tools.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const DEFAULT_MINUTES = 3;
const DEFAULT_SEED = 7;

const HELP = `npm run chaos: lets everything fail that can, and judges what is left

Two webs, two workers, PostgreSQL with a streaming replica, Prometheus and a mail relay run with a proxy between each pair.
A plan made from the seed kills, stops, restarts, cuts, hangs, slows and fills them, fails over, and lets clocks jump, while
capabilities breach their thresholds, once all of them in the same second. Afterwards everything is healed, and mails,
alerts, slots and every look at a page are compared with what was true. docs/reliability.md says how to read the tables.

  npm run chaos                                  three minutes by the seed 7
  npm run chaos -- --minutes N --seed S          as long as that, by that seed; the same seed plans the same
  npm run chaos -- --help                        this text

What was seen and the logs are in e2e/results/chaos.

Exit codes: 0 every promise was kept · 1 one wasn't · 2 wrong usage
`;

/** @param {string[]} args */
function readArguments(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        minutes: { type: "string", default: String(DEFAULT_MINUTES) },
        seed: { type: "string", default: String(DEFAULT_SEED) },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    if (!/^\d{1,3}$/.test(values.minutes) || minutes < 1)
      return `--minutes takes a whole number from 1 to 999, and "${values.minutes}" isn't one.`;
    if (!/^\d{1,9}$/.test(values.seed)) return `--seed takes a whole number, and "${values.seed}" isn't one.`;
    return { minutes, seed, help: values.help };
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(args) {
  const options = readArguments(args);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { minutes, seed } = options;
  const steps = PREPARE_STEPS + 1 + 2 + 4;
  return runAlone(ROOT, { name: "chaos", about: "running chaos", steps }, async (progress, signal) => {
    const beganAt = performance.now();
    await progress.step("Prometheus", async (add) => add(await providePrometheus(ROOT, signal)));
    const faketime = await progress.step("libfaketime", async (add) => {
      const file = await provideFaketime(ROOT, signal);
      if (!file) add("not to be had here, so no clock jumps");
      return file;
    });
    await prepareClone(ROOT, { progress, signal });
    await prepareBuild(ROOT, { progress, signal });
    const { register } = await import("tsx/esm/api");
    register();
    const { runChaos } = await import("./run.ts");
    const isKept = await runChaos({ root: ROOT, minutes, seed, faketime, progress, signal });
    progress.write(`The whole run took ${seconds(performance.now() - beganAt)}.`);
    return isKept;
  });
}
