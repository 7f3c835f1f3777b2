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
      async work(telling) {
        await commands.run("break", telling.signal);
        await owner.open("/");
        await owner.waitUntil(`${signal} as pending`, isStatus("pending"), {
          withinMs: SLACK_MS,
          signal: telling.signal,
        });
        telling.saw(await whatThePageSays(browser.page));
        await browser.shoot(telling, "pending", "Pending");
      },
    },
    {
      title: "Then it fires",
      async work(telling) {
        await owner.waitUntil(`${signal} as firing`, isStatus("firing"), {
          withinMs: within(threshold.forSeconds),
          signal: telling.signal,
        });
        telling.saw(await whatThePageSays(browser.page));
        await browser.shoot(telling, "firing", "Firing");
        await browser.shootOnPhone(telling, "firing-phone", "Firing, on a phone");
      },
    },
    {
      title: "Its owner is mailed, and the mail says enough to start",
      async work(telling) {
        const mail = await mailbox.wait(
          "mail about the alert",
          saysThatItFires,
          MAIL_WITHIN_MS,
          telling.signal,
        );
        telling.mail(mail.file);
        telling.saw(`"${mail.subject}", to ${mail.to.join(", ")}.`);
        for (const [what, pattern] of WHAT_IT_SAYS)
          if (!pattern.test(mail.text)) throw new Error(`The mail ${mail.file} doesn't say ${what}.`);
        if (!mail.text.includes(tools.portal))
          throw new Error(`The mail ${mail.file} doesn't link to ${tools.portal}.`);
        telling.saw("It names the value, the threshold, since when, and whose problem it looks like.");
        if (mail.html) await browser.shootHtml(telling, "mail-firing", "The mail", mail.html);
        firing = mail;
      },
    },
    {
      title: "The mail's link leads to the alert, which knows that the relay took the mail",
      async work(telling) {
        const link = firing?.text.match(/https?:\/\/\S+\/alerts\/[\w-]+/)?.[0];
        if (!link) throw new Error("The mail has no link to the alert.");
        await browser.page.goto(link);
        const good = browser.page.locator('[data-mail="firing"][data-delivery="good"]');
        await owner.waitUntil("the mail as accepted", async () => (await good.count()) > 0, {
          withinMs: MAIL_WITHIN_MS,
          signal: telling.signal,
        });
        const side = browser.page.locator("[data-side]").first();
        if ((await side.count()) > 0)
          telling.saw(`Whose problem it looks like: ${await side.getAttribute("data-side")}.`);
        await browser.shoot(telling, "alert", "The alert's own page");
      },
    },
    {
      title: "Repaired, it recovers",
      async work(telling) {
        await commands.run("repair", telling.signal);
        await owner.open("/");
        await owner.waitUntil(`${signal} as fine`, isStatus("ok"), {
          withinMs: within(threshold.recoverForSeconds),
          signal: telling.signal,
        });
        telling.saw(await whatThePageSays(browser.page));
        await browser.shoot(telling, "recovered", "Recovered");
      },
    },
    {
      title: "The recovery is mailed, in the thread of the alert",
      async work(telling) {
        const thread = new Set([...(firing?.references ?? []), firing?.messageId]);
        const mail = await mailbox.wait(
          "mail about the recovery",
          ({ text, references }) => /recovered/i.test(text) && references.some((id) => thread.has(id)),
          MAIL_WITHIN_MS,
          telling.signal,
        );
        telling.mail(mail.file);
        telling.saw(`"${mail.subject}".`);
        if (mail.html)
          await browser.shootHtml(telling, "mail-recovered", "The mail of the recovery", mail.html);
      },
    },
  ];
}

const saysThatItFires = ({ text }: DrillMail): boolean => text.startsWith("ALERT: ");

/** What a mail about an alert names, so that its reader can start without opening anything (requirement T7). */
const WHAT_IT_SAYS: [what: string, pattern: RegExp][] = [
  ["the value", /^ +Value +\S/m],
  ["the threshold", /^ +Threshold +\S/m],
  ["since when", /^ +Since +\S/m],
  ["whose problem it looks like", /whose problem/i],
];
