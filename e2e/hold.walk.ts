import { expect, type Page, test } from "@playwright/test";
import type { AttributionView } from "../lib/attribution/view";
import type { ThresholdsView } from "../lib/thresholds/view";
import { demo, inbox, setFault, signIn } from "./harness";
import { expectGoodLooks } from "./looking";

// The whole platform's ingress fails while the operator has said so: nobody else may need a healthy platform meanwhile.
const OWNER = "owner@photos.example";
/** A fault must reach the window of its signal, then a slot of 10 s, and the page asks every 15 s. */
const ALERTS_WITHIN_MS = 90_000;
/** What an earlier walk broke leaves the five minutes of its window, and then recovers. */
const QUIET_WITHIN_MS = 420_000;

async function repository(path: string, body: object): Promise<{ number: number }> {
  const response = await fetch(new URL(`/control/${path}`, demo().repositoryApi), {
    method: "POST",
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { number: number };
}

const alertsOf = async (page: Page) =>
  ((await (await page.request.get(`${demo().portal}/api/attribution`)).json()) as AttributionView).alerts;
const toOwner = async () =>
  (await inbox.messages())
    .filter(({ envelopeTo }) => envelopeTo.includes(OWNER))
    .map(({ subject }) => subject);

let issue = 0;
test.afterAll(async () => {
  await setFault("platform", "ingress-errors", false);
  if (issue !== 0) await repository(`issues/${issue}`, { state: "closed" });
});

test("a mail held back by a declared incident of the platform is said to be: on the health page, in the chain, at the alert", async ({
  page,
}) => {
  test.setTimeout(660_000);
  await signIn(page, OWNER);
  await expect.poll(() => alertsOf(page), { timeout: QUIET_WITHIN_MS }).toEqual([]);
  const view: ThresholdsView = await (await page.request.get(`${demo().portal}/api/thresholds`)).json();
  const line = view.lines.find(({ signal }) => signal === "availability");
  const quick = { enabled: true, value: 0.99, inclusive: false, forSeconds: 0, recoverForSeconds: 45 };
  const saved = await page.request.put(`${demo().portal}/api/thresholds/availability/availability`, {
    headers: { origin: demo().portal },
    data: {
      change: "set",
      range: "24h",
      pageOf: "photos",
      expectedVersion: line?.threshold.version,
      to: quick,
    },
  });
  expect(saved.status(), await saved.text()).toBe(200);

  ({ number: issue } = await repository("issues", {
    title: "Ingress answers with errors",
    body: "### What\n\nSome requests fail.",
    labels: ["platform incident", "component:ingress"],
  }));
  const home = `${demo().portal}/notices`;
  await expect(async () => {
    await page.goto(home);
    await expect(page.locator(`[data-notice="${issue}"]`)).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await inbox.clear();
  await setFault("platform", "ingress-errors", true);

  await expect
    .poll(async () => (await alertsOf(page)).map(({ name, hold }) => hold && name), {
      timeout: ALERTS_WITHIN_MS,
    })
    .toContain("availability");
  await page.goto(demo().portal);
  const panel = page.getByRole("region", { name: "Yours or the platform's?" });
  await expect(panel.locator("[data-hold]")).toContainText(
    /No mail yet, on purpose\. Since .* Ingress fails on the platform .* \(issue #\d+\)\. You are mailed if .* at the latest\./,
  );
  const chain = page.getByRole("region", { name: "Alerting" });
  await chain.getByText("Details").click();
  await expect(chain).toContainText("On purpose, a mail about your alert is held back");
  await expect(chain).not.toContainText("Degraded");
  await expectGoodLooks(page, "held-health", { looks: ["desktop-light", "phone-dark"] });
  await panel.getByRole("link", { name: "Alert: availability" }).click();
  await expect(page.getByRole("region", { name: "Mails" })).toContainText("No mail yet, on purpose.");
  await expectGoodLooks(page, "held-alert", { looks: ["desktop-dark", "phone-light"] });
  expect(await toOwner()).toEqual([]);
});
