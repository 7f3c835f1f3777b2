import { setTimeout as sleep } from "node:timers/promises";
import type { DrillTools } from "./drill-tools";
import { wordsOf } from "./owner";
import type { Step } from "./run-steps";

const MINUTE_MS = 60_000;
const CLOSED_WITHIN_MS = 3 * MINUTE_MS;
/** The worker waits a minute for the pages that are open, and looks every half. */
const DELETED_WITHIN_MS = 5 * MINUTE_MS;
const LOOK_EVERY_MS = 5_000;

/** The tenant goes, and nothing of it stays; whatever happened before. */
export function removalSteps({ plan, browser, commands }: DrillTools): Step[] {
  return [
    {
      title: "The canary is removed, and what the drill changed is put back",
      always: true,
      async work({ saw, signal }) {
        const failures: unknown[] = [];
        // Each is tried, whatever becomes of the others.
        for (const name of ["joinRelay", "repair", "remove"] as const)
          await commands.run(name, signal).catch((error: unknown) => failures.push(error));
        if (failures.length > 0)
          throw new Error(failures.map((error) => (error as Error).message).join("\n"));
        saw("The relay is joined, nothing is broken, and the tenant is to be deleted.");
      },
    },
    {
      title: "The page that was open shows nothing of it any more",
      async work(reporter) {
        // The deletion notice while the session is valid; the sign-in where the worker has deleted that already.
        await browser.page.waitForURL((url) => /\/(no-access|sign-in)$/.test(url.pathname), {
          timeout: CLOSED_WITHIN_MS,
        });
        reporter.saw(`The page says: ${await wordsOf(browser.page.getByRole("heading", { level: 1 }))}.`);
        await browser.shoot(reporter, "closed", "The page afterwards");
      },
    },
    {
      title: "Nothing of it is left",
      always: true,
      async work({ saw, signal }) {
        const untilMs = performance.now() + DELETED_WITHIN_MS;
        for (;;) {
          const { code, output } = await commands.try("left", signal);
          if (code === 0) {
            saw(output || `Nothing names ${plan.tenant}.`);
            return;
          }
          if (performance.now() > untilMs)
            throw new Error(`After ${DELETED_WITHIN_MS / MINUTE_MS} min this is left:\n${output}`);
          await sleep(LOOK_EVERY_MS, undefined, { signal });
        }
      },
    },
  ];
}
