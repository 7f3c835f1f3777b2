import { expect } from "@playwright/test";
import { demo, signedInAs } from "./harness";
import { recordAlert } from "./recorded-alert";

const test = signedInAs("owner@weather.example");

test("without scripts both texts to pass on stand on the page of an alert", async ({ browser, signedIn }) => {
  const { alert } = await recordAlert("weather");
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: signedIn });
  const page = await context.newPage();
  await page.goto(`${demo().portal}/alerts/${alert}`);
  const passOn = page.getByRole("region", { name: "Pass it on" });
  await expect(passOn.getByRole("button")).toHaveCount(0);
  await expect(passOn).toContainText("It has recovered.");
  await context.close();
});
