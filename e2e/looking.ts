import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { expectAccessible } from "./harness";
import { sidewaysPx } from "./page-conduct";

const SCREENS = path.resolve(import.meta.dirname, "results/screens");

type Look = {
  colorScheme: "light" | "dark";
  viewport: { width: number; height: number };
  forcedColors?: "active" | "none";
  media?: "print" | "screen";
};

/** Each way in which pages are looked at. */
export const LOOKS = {
  "desktop-light": { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  "desktop-dark": { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  "phone-dark": { colorScheme: "dark", viewport: { width: 390, height: 844 } },
  "phone-light": { colorScheme: "light", viewport: { width: 390, height: 844 } },
  // WCAG 1.4.10: a window of 1280 pixels at four times the size.
  "narrow-light": { colorScheme: "light", viewport: { width: 320, height: 640 } },
  "desktop-forced": {
    colorScheme: "light",
    viewport: { width: 1280, height: 800 },
    forcedColors: "active",
  },
  // What A4 has room for between a browser's own edges; Letter has more.
  paper: { colorScheme: "light", viewport: { width: 718, height: 1000 }, media: "print" },
} as const satisfies Record<string, Look>;

/** Both schemes and both sizes in two looks, for a state whose page was looked at in all of them. */
export const TWO_LOOKS = ["phone-dark", "desktop-light"] as const;

const ALL_LOOKS = Object.keys(LOOKS) as (keyof typeof LOOKS)[];

/**
 * Looks at the page as it stands, in each scheme and size: no rule of accessibility broken, nothing cut off sideways. What it
 * saw is kept in results/screens.
 * @param settled waits until the page stands still again in its new size
 */
export async function expectGoodLooks(
  page: Page,
  name: string,
  {
    looks = ALL_LOOKS,
    settled = async () => {},
  }: { looks?: readonly (keyof typeof LOOKS)[]; settled?: () => Promise<void> } = {},
): Promise<void> {
  await mkdir(SCREENS, { recursive: true });
  for (const look of looks) {
    await test.step(look, async () => {
      const { colorScheme, viewport, forcedColors = "none", media = "screen" }: Look = LOOKS[look];
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce", forcedColors, media });
      await page.setViewportSize(viewport);
      await settled();
      if (media === "print") await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
      else await expectAccessible(page);
      expect(await sidewaysPx(page), "pixels to scroll sideways").toBeLessThanOrEqual(0);
      // A window as high as the page: what sticks to its edge would lie across the middle of the picture.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: viewport.width, height: Math.max(height, viewport.height) });
      await page.screenshot({ path: path.join(SCREENS, `${name}-${look}.png`) });
    });
  }
  await page.emulateMedia({ forcedColors: "none", media: "screen" });
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
}
