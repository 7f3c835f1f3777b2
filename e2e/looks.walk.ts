import { expect, test } from "@playwright/test";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { chartsDrawn, demo, signedInAs, signIn } from "./harness";
import { expectGoodLooks, TWO_LOOKS } from "./looking";

test.describe.configure({ mode: "parallel" });

test.describe("signed in", () => {
  const owner = signedInAs("owner@photos.example");

  owner("the health page", async ({ page }) => {
    await page.goto(demo().portal);
    await expectGoodLooks(page, "health", { settled: () => chartsDrawn(page) });
  });

  owner("the health page with its tables, details and menus open", async ({ page }) => {
    await page.goto(`${demo().portal}/?range=7d`);
    await chartsDrawn(page);
    await page.locator("[data-chart=latency]").getByText("Show as table").click();
    await page.locator("[data-bars='24h']").getByText("Show as table").click();
    await page.getByRole("region", { name: "Alerting" }).getByText("Details").click();
    await page.locator("summary").filter({ hasText: "Account" }).click();
    await expectGoodLooks(page, "health-open", { looks: TWO_LOOKS, settled: () => chartsDrawn(page) });
  });

  for (const signal of SIGNAL_IDS) {
    owner(`the page of ${signal}`, async ({ page }) => {
      await page.goto(`${demo().portal}/signals/${signal}?range=24h`);
      await page.getByText("The query, for those who read PromQL").click();
      const looks = ["desktop-dark", "narrow-light"] as const;
      await expectGoodLooks(page, `signal-${signal}`, { looks, settled: () => chartsDrawn(page) });
    });
  }

  owner("the alerts page", async ({ page }) => {
    await page.goto(`${demo().portal}/alerts`);
    await expectGoodLooks(page, "alerts");
  });

  owner("the thresholds page", async ({ page }) => {
    await page.goto(`${demo().portal}/thresholds?line=latency/p95`);
    const preview = page.locator("[data-preview]");
    await expectGoodLooks(page, "thresholds", { settled: () => expect(preview).toContainText(/this would/) });
  });

  owner("the page of export and leaving", async ({ page }) => {
    await page.goto(`${demo().portal}/leaving`);
    await expectGoodLooks(page, "leaving");
  });

  owner("the page about accessibility", async ({ page }) => {
    await page.goto(`${demo().portal}/accessibility`);
    await expectGoodLooks(page, "accessibility", { looks: TWO_LOOKS });
  });

  owner("an address that doesn't exist, and a signal that doesn't", async ({ page }) => {
    await page.goto(`${demo().portal}/nowhere`);
    await expectGoodLooks(page, "not-found", { looks: TWO_LOOKS });
    await page.goto(`${demo().portal}/signals/uptime`);
    await expectGoodLooks(page, "signal-not-found", { looks: TWO_LOOKS });
  });
});

test("the pages outside the portal", async ({ page }) => {
  await page.goto(`${demo().portal}/sign-in`);
  await expectGoodLooks(page, "sign-in");
  await page.goto(`${demo().portal}/sign-in?error=issuer-unreachable`);
  await expectGoodLooks(page, "sign-in-failed", { looks: TWO_LOOKS });
  await page.goto(`${demo().portal}/signed-out`);
  await expectGoodLooks(page, "signed-out", { looks: TWO_LOOKS });
  await signIn(page, "both@example.org");
  await expectGoodLooks(page, "choose", { looks: TWO_LOOKS });
});

test("the page of whoever has nothing to see", async ({ page }) => {
  await signIn(page, "nobody@example.org");
  await expectGoodLooks(page, "no-access", { looks: TWO_LOOKS });
});
