import type { DrillTools } from "./drill-tools";
import { whatThePageSays } from "./owner";
import type { Step } from "./run-steps";

const MINUTE_MS = 60_000;
/** The first scrape, and a window with something in it. */
const HEALTHY_WITHIN_MS = 10 * MINUTE_MS;

/** From a definition to the page of somebody who is signed in. */
export function accessSteps({ plan, browser, owner, commands, mailbox }: DrillTools): Step[] {
  return [
    {
      title: "The canary is applied",
      async work({ saw, signal }) {
        await mailbox.ignorePresent(signal);
        await commands.run("apply", signal);
        saw(`The tenant ${plan.tenant} is in the definitions, and hosted.`);
      },
    },
    {
      title: "Its owner signs in, and lands in its own tenant",
      async work(reporter) {
        await owner.signIn(plan.signIn, process.env);
        const tenant = await owner.tenantId();
        if (tenant !== plan.tenant)
          throw new Error(`The sign-in led to the tenant ${tenant} instead of ${plan.tenant}.`);
        reporter.saw(`Signed in at ${new URL(browser.page.url()).origin}, in ${tenant}.`);
      },
    },
    {
      title: "It is healthy",
      async work(reporter) {
        const healthy = browser.page.locator("[data-overall=healthy]");
        await owner.waitUntil("a healthy capability", async () => (await healthy.count()) === 1, {
          withinMs: HEALTHY_WITHIN_MS,
          signal: reporter.signal,
        });
        reporter.saw(await whatThePageSays(browser.page));
        await browser.shoot(reporter, "healthy", "Healthy");
        await browser.shootOnPhone(reporter, "healthy-phone", "Healthy, on a phone");
      },
    },
  ];
}
