import { expect, test } from "@playwright/test";
import { demo } from "./harness";

test("whoever isn't signed in is shown the sign-in page, and nothing else", async ({ page }) => {
  await page.goto(demo().portal);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
});
