import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import type { StepReporter } from "./run-steps";
import type { WireLog } from "./wire-log";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const ACTION_WITHIN_MS = 30_000;

export type DrillBrowser = {
  /** The owner's page: one for the whole drill. */
  page: Page;
  /** Takes a picture of the whole page as it stands, and adds it to the step. */
  shoot(reporter: StepReporter, name: string, shows: string): Promise<void>;
  /** The page on a phone, in the dark; then it is as it was. */
  shootOnPhone(reporter: StepReporter, name: string, shows: string): Promise<void>;
  /** A mail's HTML as a reader sees it: no script runs, and nothing is loaded. */
  shootHtml(reporter: StepReporter, name: string, shows: string, html: string): Promise<void>;
  close(): Promise<void>;
};

export type DrillChromium = { executable: string; env: Record<string, string> };

/** @param folder the drill's own; pictures are kept below it */
export async function openBrowser(
  { executable, env }: DrillChromium,
  folder: string,
  wire: WireLog,
): Promise<DrillBrowser> {
  await mkdir(path.join(folder, "pictures"), { recursive: true, mode: 0o700 });
  const browser = await chromium.launch({
    executablePath: executable,
    // One that was unpacked rather than installed has no sandbox helper, and root may not use one.
    chromiumSandbox: process.getuid?.() !== 0 && Object.keys(env).length === 0,
    env: { ...process.env, ...env } as Record<string, string>,
    args: ["--no-pings"],
  });
  const context = await browser.newContext({ viewport: DESKTOP, locale: "en-GB", colorScheme: "light" });
  context.setDefaultTimeout(ACTION_WITHIN_MS);
  const page = await context.newPage();
  wire.watch(page);

  const keep = async (shown: Page, reporter: StepReporter, name: string, shows: string) => {
    const file = `pictures/${name}.png`;
    await shown.screenshot({ path: path.join(folder, file), fullPage: true, animations: "disabled" });
    reporter.picture(file, shows);
  };
  return {
    page,
    shoot: (reporter, name, shows) => keep(page, reporter, name, shows),
    async shootOnPhone(reporter, name, shows) {
      await page.setViewportSize(PHONE);
      await page.emulateMedia({ colorScheme: "dark" });
      await keep(page, reporter, name, shows);
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize(DESKTOP);
    },
    async shootHtml(reporter, name, shows, html) {
      const reader = await readerOf(browser);
      const read = await reader.newPage();
      await read.setContent(html);
      await keep(read, reporter, name, shows);
      await reader.close();
    },
    close: () => browser.close(),
  };
}

const readerOf = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width: 680, height: 600 }, javaScriptEnabled: false, offline: true });
