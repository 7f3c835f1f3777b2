import { expect, type Page, test } from "@playwright/test";
import type { AttributionView } from "../lib/attribution/view";
import type { HealthView } from "../lib/views/health/view";
import { DEMO_BUNDLE, SHORT_BUNDLE } from "./bundles";
import {
  applyDefinition,
  demo,
  IN_TURN,
  inbox,
  postToRepository,
  setFault,
  setThreshold,
  signIn,
} from "./harness";
import { expectGoodLooks } from "./looking";

// The whole platform's ingress fails while the operator has said so: nobody else may need a healthy platform meanwhile.
const OWNER = "owner@photos.example";

const alertsOf = async (page: Page) =>
  ((await (await page.request.get(`${demo().portal}/api/attribution`)).json()) as AttributionView).alerts;
const availabilityOf = async (page: Page) => {
  const view = (await (await page.request.get(`${demo().portal}/api/health`)).json()) as HealthView;
  return view.signals.find(({ id }) => id === "availability")?.reading;
};
const toOwner = async () =>
  (await inbox.messages())
    .filter(({ envelopeTo }) => envelopeTo.includes(OWNER))
    .map(({ subject, text }) => ({ subject, text }));

let issue = 0;
test.afterAll(async () => {
  await setFault("platform", "ingress-errors", false);
  await applyDefinition("bundle", DEMO_BUNDLE);
  if (issue !== 0) await postToRepository(`issues/${issue}`, { state: "closed" });
});

test("a mail held back by a declared incident of the platform is said to be, on the health page, in the chain and at the alert, and one mail reports it when all is over", async ({
  page,
}) => {
  await applyDefinition("bundle", SHORT_BUNDLE);
  await signIn(page, OWNER);
  await expect.poll(() => alertsOf(page), IN_TURN).toEqual([]);
  // Whatever failed in the walks before is out of the window: else the alert fires before the incident begins.
  await expect.poll(() => availabilityOf(page), IN_TURN).toMatchObject({ kind: "value", value: 1 });
  // Longer than the ingress takes to be measured as failing: an alert is held only by what is known as it fires.
  await setThreshold(page, "availability/availability", {
    value: 0.99,
    forSeconds: 60,
    recoverForSeconds: 10,
  });

  ({ number: issue } = await postToRepository("issues", {
    title: "Ingress answers with errors",
    body: "### What\n\nSome requests fail.",
    labels: ["platform incident", "component:ingress"],
  }));
  const home = `${demo().portal}/notices`;
  await expect(async () => {
    await page.goto(home);
    await expect(page.locator(`[data-notice="${issue}"]`)).toBeVisible({ timeout: 1_000 });
  }).toPass(IN_TURN);
  await inbox.clear();
  await setFault("platform", "ingress-errors", true);

  await expect
    .poll(async () => (await alertsOf(page)).map(({ name, hold }) => hold && name), IN_TURN)
    .toContain("availability");
  await page.goto(demo().portal);
  const panel = page.getByRole("region", { name: "Yours or the platform's?" });
  await expect(panel.locator("[data-hold]")).toContainText(
    /Mail delayed since .*: Ingress fails on the platform, .* \(issue #\d+\)\. You are mailed if .* at the latest\./,
  );
  const chain = page.getByRole("region", { name: "Alerting" });
  await chain.getByText("Details").click();
  await expect(chain).toContainText("A mail about your alert is delayed");
  await expect(chain).not.toContainText("Degraded");
  await expectGoodLooks(page, "held-health", { looks: ["desktop-light", "phone-dark"] });
  await panel.getByRole("link", { name: "Alert: availability" }).click();
  await expect(page.getByRole("region", { name: "Mails" })).toContainText("Mail delayed since");
  await expectGoodLooks(page, "held-alert", { looks: ["desktop-dark", "phone-light"] });
  expect(await toOwner()).toEqual([]);

  await setFault("platform", "ingress-errors", false);
  await expect
    .poll(async () => (await toOwner()).filter(({ subject }) => /availability/i.test(subject)), IN_TURN)
    .toEqual([
      {
        subject: expect.stringMatching(/^\[Watchpost: [a-z ]+\] \[availability/),
        text: expect.stringMatching(
          /was held back from .*,\s+because\s+an\s+incident\s+of\s+the\s+platform\s+ran\s+\(Ingress\)/s,
        ),
      },
    ]);
});
