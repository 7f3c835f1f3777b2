// @ts-check
import path from "node:path";
import { parseArgs } from "node:util";
import { PREPARE_STEPS, prepareClone } from "../setup/prepare.mjs";
import { runAlone } from "../setup/run-alone.mjs";
import { provideChromium, providePrometheus } from "../setup/tools.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");

const HELP = `npm run drill: proves the whole chain once, from sign-in to mail to recovery, and cleans up

A canary is applied, its owner signs in with a real browser and sees it healthy; it is broken, is seen pending and firing,
its owner is mailed; it is repaired and recovers; the relay is cut, and alerting is seen degraded; the exported rules are
loaded; the canary is removed, and nothing of it is left. Each step passes or fails, with its time.

  npm run drill                      in a demo of its own, from a bare clone of this checkout's last commit
  npm run drill -- --against URL     against a portal that runs: a demo of this checkout, or one of yours
      --plan FILE                    how the canary is applied, broken and so on there; for the demo it is known
                                     (deploy/drill.example.yaml says what goes into it)
      --into FOLDER                  where the dated folder with the report goes (.data/drills)
  npm run drill -- --help            this text

The folder holds report.html, drill.json, the pictures, the mails and wire.jsonl: what the browser asked, and what ran. Mails
hold addresses, so that the folder is readable by its owner alone.

Exit codes: 0 every step passed, in time · 1 one didn't · 2 wrong usage, or a plan that can't be used
`;

/** @param {string[]} args */
function readArguments(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        against: { type: "string" },
        plan: { type: "string" },
        into: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (
      values.against !== undefined &&
      !(URL.canParse(values.against) && /^https?:$/.test(new URL(values.against).protocol))
    )
      return `--against takes the portal's address, such as https://watchpost.example; "${values.against}" is none.`;
    if (values.plan !== undefined && values.against === undefined)
      return "--plan belongs to --against: a demo of the drill's own has its plan.";
    return values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(args) {
  // npm changes the folder; what is written relative means the one where it was called.
  const from = process.env.INIT_CWD ?? process.cwd();
  const options = readArguments(args);
  if (typeof options === "string") {
    process.stderr.write(`${options}\nnpm run drill -- --help says how it is used.\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { against = null, plan, into } = options;
  let unusable = false;
  const code = await runAlone(
    ROOT,
    { name: "drill", about: "running a drill", steps: PREPARE_STEPS + 2 },
    async (progress, signal) => {
      await progress.step("Prometheus and promtool", async (add) =>
        add(await providePrometheus(ROOT, signal)),
      );
      const chromium = await progress.step("Chromium", async (add) => {
        const found = await provideChromium(ROOT, signal);
        add(found.from);
        return found;
      });
      await prepareClone(ROOT, { progress, signal });
      const { register } = await import("tsx/esm/api");
      register();
      const { drillPortal } = await import("./drill-portal.ts");
      const planFile = plan === undefined ? null : path.resolve(from, plan);
      const ended = await drillPortal({
        root: ROOT,
        against,
        planFile,
        into: into === undefined ? path.join(ROOT, ".data/drills") : path.resolve(from, into),
        chromium,
        write: progress.write,
        signal,
      });
      unusable = ended === "unusable";
      return ended === "passed";
    },
  );
  return unusable ? 2 : code;
}
