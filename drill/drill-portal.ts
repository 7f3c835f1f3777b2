import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import type { DrillChromium } from "./browser";
import { runDrill } from "./drill";
import { BUDGET_MS, CLONE_TO_HEALTHY_LIMIT_MS, drillPassed, type StepOutcome, tookWords } from "./outcome";
import { ownDemo } from "./own-demo";
import { PlanError, readPlan } from "./plan";
import { summary } from "./report";

const DEMO_PLAN = "demo/drill/plan.yaml";
const RESULT_WORDS = { passed: "passed", failed: "FAILED", skipped: "skipped" } as const;

type Options = {
  root: string;
  /** A portal that runs; null: a demo of the drill's own. */
  against: string | null;
  planFile: string | null;
  /** The folder that the dated one is made in. */
  into: string;
  chromium: DrillChromium;
  write(line: string): void;
  signal: AbortSignal;
};

/**
 * Finds out what to drill, drills it, and reports each step.
 * @returns whether everything was seen in time; `unusable`: nothing was done, because the plan can't be used
 */
export async function drillPortal(options: Options): Promise<"passed" | "failed" | "unusable"> {
  const { root, against, into, write } = options;
  const folder = path.join(into, new Date().toISOString().slice(0, 19).replaceAll(":", "-"));
  const budget = AbortSignal.timeout(BUDGET_MS);
  try {
    const clone = path.join(tmpdir(), `watchpost-drill-${process.pid}`);
    const own = against === null ? await ownDemo(root, clone, path.join(folder, "demo.log")) : null;
    const portal = own?.portal ?? new URL(against ?? "").origin;
    const dataDir = own?.dataDir ?? path.resolve(root, process.env.DEMO_DATA_DIR || ".data/demo");
    const planFile = options.planFile ?? (await demoPlan({ root, portal, dataDir, isOwn: own !== null }));
    const plan = await readPlan(planFile, process.env);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    write(`Drilling ${portal} with the tenant ${plan.tenant}. The report goes to ${folder}.`);
    const outcome = await runDrill({
      plan,
      portal,
      folder,
      chromium: options.chromium,
      ownDemo: own,
      environment: { DEMO_DATA_DIR: dataDir },
      signal: AbortSignal.any([options.signal, budget]),
      onEnd: (step, nth, of) => write(stepLine(step, nth, of)),
    });
    write("");
    if (outcome.cloneToHealthyMs !== null)
      write(
        `From a bare clone to the signed-in healthy page: ${tookWords(outcome.cloneToHealthyMs)} of ${tookWords(CLONE_TO_HEALTHY_LIMIT_MS)}.`,
      );
    const passed = drillPassed(outcome);
    write(
      `The drill ${passed ? "passed" : "FAILED"} after ${tookWords(outcome.tookMs)} of ${tookWords(BUDGET_MS)}. ${summary(outcome.steps)}`,
    );
    write(`Its report: ${path.join(folder, "report.html")}`);
    return passed ? "passed" : "failed";
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    write(error.message);
    return "unusable";
  }
}

function stepLine({ title, result, tookMs, seen, failure }: StepOutcome, nth: number, of: number): string {
  const head = `[${nth}/${of}] ${title} … ${RESULT_WORDS[result]}${result === "skipped" ? "" : `, ${tookWords(tookMs)}`}`;
  const more = [...seen, ...(failure === null ? [] : failure.split("\n"))];
  return [head, ...more.map((line) => `        ${line}`)].join("\n");
}

/** @throws PlanError where the portal is none of this checkout's demos */
async function demoPlan(where: {
  root: string;
  portal: string;
  dataDir: string;
  isOwn: boolean;
}): Promise<string> {
  const file = path.join(where.root, DEMO_PLAN);
  if (where.isOwn) return file;
  const text = await readFile(path.join(where.dataDir, "running.json"), "utf8").catch(() => null);
  const running = text && z.object({ portal: z.url() }).safeParse(JSON.parse(text)).data;
  if (running && running.portal === where.portal) return file;
  throw new PlanError(
    `How to drill ${where.portal} isn't known: it is no demo of this checkout. Name a plan with --plan; deploy/drill.example.yaml is one.`,
  );
}
