import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type DrillChromium, openBrowser } from "./browser";
import { createCommands } from "./commands";
import type { DrillTools } from "./drill-tools";
import { openMailbox } from "./mailbox";
import type { DrillOutcome, StepOutcome } from "./outcome";
import type { OwnDemo } from "./own-demo";
import { createOwner } from "./owner";
import type { DrillPlan } from "./plan";
import { drillReport } from "./report";
import { runSteps, type Step } from "./run-steps";
import { accessSteps } from "./steps-access";
import { alertSteps } from "./steps-alert";
import { relaySteps } from "./steps-relay";
import { removalSteps } from "./steps-removal";
import { rulesSteps } from "./steps-rules";
import { openWireLog } from "./wire-log";

type Options = {
  plan: DrillPlan;
  portal: string;
  folder: string;
  chromium: DrillChromium;
  /** A demo that the drill starts and stops; null: the portal runs already. */
  ownDemo: OwnDemo | null;
  /** What the plan's commands find in their environment. */
  environment: Record<string, string>;
  signal: AbortSignal;
  /** Called with each step as it ends. */
  onEnd(outcome: StepOutcome, nth: number, of: number): void;
};

/**
 * Drills the whole chain once, and leaves a report. It never throws for what a step finds.
 * @returns what became of it, as the report has it
 */
export async function runDrill(options: Options): Promise<DrillOutcome> {
  const { plan, portal, folder, ownDemo } = options;
  const wire = openWireLog(path.join(folder, "wire.jsonl"));
  const browser = await openBrowser(options.chromium, folder, wire);
  const drillEnvironment = {
    DRILL_TENANT: plan.tenant,
    DRILL_MAILS: path.join(folder, "mails"),
    DRILL_URL: portal,
  };
  const commands = createCommands(plan, { ...options.environment, ...drillEnvironment }, wire);
  const tools: DrillTools = {
    plan,
    portal,
    folder,
    browser,
    owner: createOwner(browser.page, portal),
    commands,
    mailbox: openMailbox(folder, commands, wire),
  };
  const access = accessSteps(tools);
  const steps: Step[] = [
    ...(ownDemo ? [ownDemo.start] : []),
    ...access,
    ...alertSteps(tools),
    ...relaySteps(tools),
    ...rulesSteps(tools),
    ...removalSteps(tools),
    ...(ownDemo ? [ownDemo.stop] : []),
  ];
  const beganAtMs = Date.now();
  let failures = 1;
  try {
    const outcomes = await runSteps(steps, {
      signal: options.signal,
      nowMs: Date.now,
      onFailure: async (reporter) => {
        // Before the sign-in there is no page.
        if (browser.page.url() !== "about:blank")
          await browser.shoot(reporter, `failure-${failures++}`, "The page when it failed");
      },
      onEnd: (outcome, nth) => options.onEnd(outcome, nth, steps.length),
    });
    const healthy = outcomes[access.length];
    const outcome: DrillOutcome = {
      portal,
      tenant: plan.tenant,
      commit: ownDemo?.commit ?? null,
      beganAtMs,
      tookMs: Date.now() - beganAtMs,
      cloneToHealthyMs:
        ownDemo && healthy?.result === "passed" ? healthy.beganAtMs + healthy.tookMs - beganAtMs : null,
      steps: outcomes,
    };
    await writeFile(path.join(folder, "drill.json"), `${JSON.stringify(outcome, null, 2)}\n`, {
      mode: 0o600,
    });
    await writeFile(path.join(folder, "report.html"), drillReport(outcome), { mode: 0o600 });
    return outcome;
  } finally {
    await browser.close();
    await wire.close();
  }
}
