// @ts-check
import path from "node:path";
import { PREPARE_STEPS, prepareBuild, prepareClone } from "../setup/prepare.mjs";
import { seconds } from "../setup/progress.mjs";
import { runAlone } from "../setup/run-alone.mjs";
import { provideChromium, providePrometheus } from "../setup/tools.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const PARTS = [
  "scoping",
  "overhead",
  "sharing",
  "warm",
  "first-load",
  "evaluator",
  "everybody",
  "memory",
  "drain",
  "preview",
  "definitions",
];
/** Takes too long to be measured without being asked for. */
const LONG_PARTS = ["scale"];

const HELP = `npm run bench: measures the portal's promises about speed

Each is a ratio or a count within one run, so that another machine gives nearly the same. It builds the portal, starts it
beside a real Prometheus with the series of 20 tenants and a real PostgreSQL, and prints what it measured and whether each
limit holds. The same is in e2e/results/bench.json.

  npm run bench               everything but scale; some ten minutes
  npm run bench -- NAME …     only these parts: ${[...PARTS, ...LONG_PARTS].join(", ")}
  npm run bench -- --help     this text

Exit code: 0 when every limit holds, 1 when one doesn't.
`;

/**
 * @param {string[]} parts
 * @param {import("../setup/progress.mjs").Progress} progress
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
  const all = [...PARTS, ...LONG_PARTS];
  const unknown = args.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`npm run bench knows no "${unknown}". ${HELP}`);
    return 1;
  }
  const parts = args.length === 0 ? PARTS : all.filter((name) => args.includes(name));
  const steps = PREPARE_STEPS + 2 + (parts.includes("first-load") ? 1 : 0) + 1 + parts.length;
  return runAlone(
    ROOT,
    { name: "bench", about: "running the benchmark", steps },
    async (progress, signal) => {
      const beganAt = performance.now();
      const kept = await runAll(parts, progress, signal);
      progress.write(`The benchmark took ${seconds(performance.now() - beganAt)}.`);
      return kept;
    },
  );
}
