import { expect, type Locator, type Page } from "@playwright/test";
import { demo, IN_TURN } from "./harness";

export const headline = (page: Page) => page.getByRole("heading", { level: 1 });
export const overall = (page: Page) => page.locator("[data-overall]");

/** How long to await parts: they are asked for a second at most, and after a slow answer not for the next five minutes. */
export const PARTS_ANSWERED = { timeout: 400_000 };

/** Loads anew until it holds: the next slot brings the next answer. */
export async function reloadUntil(page: Page, holds: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.reload();
    await holds();
  }).toPass({ ...IN_TURN, intervals: [500] });
}

/** Neither the overall state nor a card nor a line of a card says that anything is fine. */
export async function nothingGreen(page: Page): Promise<void> {
  await expect(headline(page)).not.toHaveText("Healthy");
  await expect(page.locator("li[data-signal][data-status=ok]")).toHaveCount(0);
  await expect(page.locator("li[data-signal] [data-status=ok]")).toHaveCount(0);
  await expect(overall(page).locator(".text-ok")).toHaveCount(0);
}

/** Opens a page until the server's answer has its parts. */
export async function goUntil(page: Page, path: string, table: Locator): Promise<void> {
  await expect(async () => {
    await page.goto(demo().portal + path);
    await expect(table.first()).toBeVisible({ timeout: 5_000 });
  }).toPass(PARTS_ANSWERED);
}
