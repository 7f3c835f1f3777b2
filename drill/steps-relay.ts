import type { DrillTools } from "./drill-tools";
import { wordsOf } from "./owner";
import type { Step } from "./run-steps";

const MINUTE_MS = 60_000;
const SENT_WITHIN_MS = 5 * MINUTE_MS;
/** The next try waits for its turn, and a page for its own. */
const CLEARS_WITHIN_MS = 15 * MINUTE_MS;

/** The relay goes away and comes back: alerting is degraded meanwhile, and nothing is lost. */
export function relaySteps({ browser, owner, commands, mailbox }: DrillTools): Step[] {
  const banner = browser.page.getByRole("region", { name: "Alerting is degraded" });
  return [
    {
      title: "Without its relay, alerting is degraded and says so",
      async work(reporter) {
        await commands.run("cutRelay", reporter.signal);
        await owner.sendTest("put-off", SENT_WITHIN_MS);
        await owner.waitUntil("that alerting is degraded", () => banner.isVisible(), {
          withinMs: SENT_WITHIN_MS,
          signal: reporter.signal,
        });
        reporter.saw(await wordsOf(banner));
        await browser.shoot(reporter, "degraded", "Alerting is degraded");
        await owner.open("/");
        await browser.shootOnPhone(reporter, "degraded-phone", "The same on the health page, on a phone");
      },
    },
    {
      title: "With its relay back it clears by itself, and the mail that waited arrives",
      async work(reporter) {
        await commands.run("joinRelay", reporter.signal);
        await owner.open("/alerts");
        await owner.awaitTest("accepted", CLEARS_WITHIN_MS);
        await owner.waitUntil("that alerting is in order", async () => !(await banner.isVisible()), {
          withinMs: SENT_WITHIN_MS,
          signal: reporter.signal,
        });
        const mail = await mailbox.wait(
          "test alert",
          ({ text }) => /^TEST/.test(text),
          SENT_WITHIN_MS,
          reporter.signal,
        );
        reporter.mail(mail.file);
        reporter.saw(`"${mail.subject}" arrived; the banner is gone.`);
      },
    },
  ];
}
