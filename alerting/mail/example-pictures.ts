import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";

/** The looks that a mail can have: where it is read, in CSS pixels, and by which scheme. */
const LOOKS = [
  { name: "phone", width: 390 },
  { name: "desktop", width: 700 },
].flatMap(({ name, width }) =>
  (["light", "dark"] as const).map((colorScheme) => ({ name: `${name}-${colorScheme}`, width, colorScheme })),
);

/**
 * Draws each .html of a folder as a reader sees it, beside it as NAME.LOOK.png: phone and desktop, light and dark.
 * @param executablePath of a Chromium
 * @returns how many pictures were written
 * @throws when there is no such browser
 */
export async function drawExampleMails(folder: string, executablePath: string): Promise<number> {
  const pages = (await readdir(folder)).filter((name) => name.endsWith(".html"));
  const browser = await chromium.launch({ executablePath });
  try {
    for (const { name, width, colorScheme } of LOOKS) {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
      const page = await context.newPage();
      for (const file of pages) {
        await page.goto(pathToFileURL(join(folder, file)).href);
        await page.screenshot({
          path: join(folder, `${file.slice(0, -".html".length)}.${name}.png`),
          fullPage: true,
        });
      }
      await context.close();
    }
    return pages.length * LOOKS.length;
  } finally {
    await browser.close();
  }
}
