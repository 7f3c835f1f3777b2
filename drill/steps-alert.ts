import type { DrillTools } from "./drill-tools";
import type { DrillMail } from "./mailbox";
import { whatThePageSays } from "./owner";
import type { Step } from "./run-steps";

const MINUTE_MS = 60_000;
/** Beside its own time: an alert needs the next scrape, the next cycle and, to end, a whole window without the fault. */
const SLACK_MS = 15 * MINUTE_MS;
const MAIL_WITHIN_MS = 5 * MINUTE_MS;

/** The life of one alert, from a healthy page to the mail that it is over. */
export function alertSteps(tools: DrillTools): Step[] {
  const { plan, browser, owner, commands, mailbox } = tools;
  const { line, ...threshold } = plan.alert;
  const [signal = ""] = line.split("/");
  const card = () => browser.page.locator(`li[data-signal="${signal}"]`);
  const isStatus = (wanted: string) => async () => (await card().getAttribute("data-status")) === wanted;
  const within = (seconds: number) => seconds * 1000 + SLACK_MS;
  let firing: DrillMail | undefined;

  return [
    {
      title: "Its owner sets a threshold",
      async work({ saw }) {
        const name = await owner.setThreshold(line, threshold);
        saw(
          `${name}: alert beyond ${threshold.value} for ${threshold.forSeconds} s, recovered after ${threshold.recoverForSeconds} s.`,
        );
      },
    },
    {
      title: "Broken, it is pending",
      async work(reporter) {
        await commands.run("break", reporter.signal);
        await owner.open("/");
        await owner.waitUntil(`${signal} as pending`, isStatus("pending"), {
          withinMs: SLACK_MS,
          signal: reporter.signal,
        });
        reporter.saw(await whatThePageSays(browser.page));
        await browser.shoot(reporter, "pending", "Pending");
      },
    },
    {
      title: "Then it fires",
      async work(reporter) {
        await owner.waitUntil(`${signal} as firing`, isStatus("firing"), {
          withinMs: within(threshold.forSeconds),
          signal: reporter.signal,
        });
        reporter.saw(await whatThePageSays(browser.page));
        await browser.shoot(reporter, "firing", "Firing");
        await browser.shootOnPhone(reporter, "firing-phone", "Firing, on a phone");
      },
    },
    {
      title: "Its owner is mailed, and the mail says enough to start",
      async work(reporter) {
        const mail = await mailbox.wait(
          "mail about the alert",
          saysThatItFires,
          MAIL_WITHIN_MS,
          reporter.signal,
        );
        reporter.mail(mail.file);
        reporter.saw(`"${mail.subject}", to ${mail.to.join(", ")}.`);
        for (const [what, pattern] of WHAT_IT_SAYS)
          if (!pattern.test(mail.text)) throw new Error(`The mail ${mail.file} doesn't say ${what}.`);
        if (!mail.text.includes(tools.portal))
          throw new Error(`The mail ${mail.file} doesn't link to ${tools.portal}.`);
        reporter.saw("It names the value, the threshold, since when, and whose problem it looks like.");
        if (mail.html) await browser.shootHtml(reporter, "mail-firing", "The mail", mail.html);
        firing = mail;
      },
    },
    {
      title: "The mail's link leads to the alert, which knows that the relay took the mail",
      async work(reporter) {
        const link = firing?.text.match(/https?:\/\/\S+\/alerts\/[\w-]+/)?.[0];
        if (!link) throw new Error("The mail has no link to the alert.");
        await browser.page.goto(link);
        const good = browser.page.locator('[data-mail="firing"][data-delivery="good"]');
        await owner.waitUntil("the mail as accepted", async () => (await good.count()) > 0, {
          withinMs: MAIL_WITHIN_MS,
          signal: reporter.signal,
        });
        const side = browser.page.locator("[data-side]").first();
        if ((await side.count()) > 0)
          reporter.saw(`Whose problem it looks like: ${await side.getAttribute("data-side")}.`);
        await browser.shoot(reporter, "alert", "The alert's own page");
      },
    },
    {
      title: "Repaired, it recovers",
      async work(reporter) {
        await commands.run("repair", reporter.signal);
        await owner.open("/");
        await owner.waitUntil(`${signal} as fine`, isStatus("ok"), {
          withinMs: within(threshold.recoverForSeconds),
          signal: reporter.signal,
        });
        reporter.saw(await whatThePageSays(browser.page));
        await browser.shoot(reporter, "recovered", "Recovered");
      },
    },
    {
      title: "The recovery is mailed, in the thread of the alert",
      async work(reporter) {
        const thread = new Set([...(firing?.references ?? []), firing?.messageId]);
        const mail = await mailbox.wait(
          "mail about the recovery",
          ({ text, references }) => /recovered/i.test(text) && references.some((id) => thread.has(id)),
          MAIL_WITHIN_MS,
          reporter.signal,
        );
        reporter.mail(mail.file);
        reporter.saw(`"${mail.subject}".`);
        if (mail.html)
          await browser.shootHtml(reporter, "mail-recovered", "The mail of the recovery", mail.html);
      },
    },
  ];
}

const saysThatItFires = ({ text }: DrillMail): boolean => text.startsWith("ALERT: ");

/** What a mail about an alert names, so that its reader can start without opening anything (requirement T7). */
const WHAT_IT_SAYS: [what: string, pattern: RegExp][] = [
  ["the value", /^ +Value +\S/m],
  ["the threshold", /^ +Threshold +\S/m],
  ["since when", /^ +Breach began +\S/m],
  ["whose problem it looks like", /whose problem/i],
];
