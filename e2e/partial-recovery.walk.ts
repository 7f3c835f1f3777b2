import { expect, test } from "@playwright/test";
import { DEMO_BUNDLE, SHORT_BUNDLE } from "./bundles";
import { applyDefinition, IN_TURN, inbox, setFault, setThreshold, signalCard, signIn } from "./harness";

const OWNER = "owner@photos.example";

test.afterAll(async () => {
  for (const fault of ["errors", "slowness"]) await setFault("photos", fault, false);
  await applyDefinition("bundle", DEMO_BUNDLE);
});

type Mail = Awaited<ReturnType<typeof inbox.messages>>[number];

/** The owner's mails about alerts, the oldest first. */
const alertMails = async (): Promise<Mail[]> =>
  (await inbox.messages())
    .filter(({ envelopeTo, subject }) => envelopeTo.includes(OWNER) && /^\[Watchpost: /.test(subject))
    .toReversed();

/** The first mail whose subject matches, once there is one. */
async function mailWith(subject: RegExp): Promise<Mail> {
  let found: Mail | undefined;
  await expect
    .poll(
      async () => {
        found = (await alertMails()).find((mail) => subject.test(mail.subject));
        return found !== undefined;
      },
      { ...IN_TURN, message: `a mail with the subject ${subject}` },
    )
    .toBe(true);
  if (!found) throw new Error("There is no such mail.");
  return found;
}

const threadOf = ({ headers }: Mail) =>
  headers.find(({ name }) => name.toLowerCase() === "references")?.value ?? "none";

test("while one of two signals still fails, no mail says recovered; the last one does, in the same thread", async ({
  page,
}) => {
  await inbox.clear();
  await signIn(page, OWNER);
  await applyDefinition("bundle", SHORT_BUNDLE);
  const soon = { forSeconds: 10, recoverForSeconds: 10 };
  await setThreshold(page, "error-rate/error-rate", { value: 0.02, ...soon });
  await setThreshold(page, "latency/p95", { value: 0.8, ...soon });
  // The probes fail with the requests, and recover at a time of their own.
  await setThreshold(page, "availability/availability", { value: 0.01, ...soon });
  const card = (signal: string) => signalCard(page, signal);

  await test.step("both fail, and the owner is mailed about both in one thread", async () => {
    for (const fault of ["errors", "slowness"]) await setFault("photos", fault, true);
    await page.reload();
    for (const signal of ["error-rate", "latency"])
      await expect(card(signal)).toHaveAttribute("data-status", "firing", IN_TURN);
    await mailWith(/error rate|and 1 more/);
    await mailWith(/latency|and 1 more/);
    expect(new Set((await alertMails()).map(threadOf)).size).toBe(1);
  });

  await test.step("one recovers: the mail begins with what still fails, and then says what is back", async () => {
    await setFault("photos", "errors", false);
    const mail = await mailWith(/^\[Watchpost: still failing\] \[latency p95 .*\] Photo Library$/);
    expect(mail.text).toMatch(
      /^STILL FAILING: latency p95 \d[\d.]* m?s, Photo Library\. Error rate is back\./,
    );
    await expect(card("error-rate")).not.toHaveAttribute("data-status", "firing", IN_TURN);
    await expect(card("latency")).toHaveAttribute("data-status", "firing");
    for (const { subject } of await alertMails()) expect(subject).not.toMatch(/recovered\]/);
  });

  await test.step("the other one recovers: only now the thread says recovered", async () => {
    await setFault("photos", "slowness", false);
    const last = await mailWith(/^\[Watchpost: recovered\] /);
    expect(last.subject).toMatch(/^\[Watchpost: recovered\] \[latency p95 .*\] Photo Library$/);
    expect(last.text).toMatch(/^RECOVERED: latency p95 /);
    const mails = await alertMails();
    expect(mails.at(-1)?.id).toBe(last.id);
    expect(new Set(mails.map(threadOf)).size).toBe(1);
  });
});
