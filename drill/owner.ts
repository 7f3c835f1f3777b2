import { setTimeout as sleep } from "node:timers/promises";
import { expect, type Locator, type Page } from "@playwright/test";
import { z } from "zod";
import type { SignInStep } from "./plan";

const LOOK_EVERY_MS = 3_000;

/** As much of the portal's own answers as the drill goes by. */
const healthSchema = z.object({ tenant: z.object({ id: z.string() }) });
const thresholdsSchema = z.object({
  tenantId: z.string(),
  lines: z.array(z.object({ key: z.string(), name: z.string(), threshold: z.object({ version: z.int() }) })),
});

/** What an element shows, in one line. */
export async function wordsOf(shown: Locator): Promise<string> {
  return (await shown.allInnerTexts()).join(" ").replace(/\s+/g, " ").trim();
}

/** The headline and the sentence of the health page. */
export async function whatThePageSays(page: Page): Promise<string> {
  const overall = page.locator("[data-overall]").getByRole("status");
  const headline = await wordsOf(overall.getByRole("heading", { level: 1 }));
  return `The page says: ${headline}. ${await wordsOf(overall.locator("p").first())}`;
}

/** What the canary's owner does in the portal, each as a person would or as the pages themselves do. */
export function createOwner(page: Page, portal: string) {
  const at = (pathname: string) => new URL(pathname, portal).href;
  const origin = new URL(portal).origin;

  async function ask<T>(pathname: string, schema: z.ZodType<T>): Promise<T> {
    const response = await page.request.get(at(pathname));
    if (!response.ok())
      throw new Error(`${pathname} answered ${response.status()}: ${await response.text()}`);
    return schema.parse(await response.json());
  }

  return {
    /** The id of the tenant that the session belongs to. */
    tenantId: async (): Promise<string> => (await ask("/api/health", healthSchema)).tenant.id,

    /** @param environment has the secrets that the steps name */
    async signIn(steps: readonly SignInStep[], environment: NodeJS.ProcessEnv): Promise<void> {
      await page.goto(portal);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL((url) => url.origin !== origin);
      for (const step of steps) {
        if ("click" in step) {
          const button = page.getByRole("button", { name: step.click, exact: true });
          await button
            .or(page.getByRole("link", { name: step.click, exact: true }))
            .first()
            .click();
        } else {
          const value = "secret" in step ? (environment[step.secret] ?? "") : step.with;
          await page.getByLabel(step.fill, { exact: true }).fill(value);
        }
      }
      await page.waitForURL((url) => url.origin === origin);
      if (new URL(page.url()).pathname !== new URL(portal).pathname)
        throw new Error(
          `After the sign-in the portal shows ${new URL(page.url()).pathname}: "${await page.getByRole("heading", { level: 1 }).textContent()}".`,
        );
    },

    /**
     * Loads a page anew until it holds.
     * @throws Error with what the page's heading said last, when it doesn't in time
     */
    async waitUntil(
      what: string,
      holds: () => Promise<boolean>,
      { withinMs, signal }: { withinMs: number; signal: AbortSignal },
    ): Promise<void> {
      const untilMs = performance.now() + withinMs;
      for (;;) {
        if (await holds()) return;
        if (performance.now() > untilMs) {
          const heading = await page.getByRole("heading", { level: 1 }).textContent();
          throw new Error(
            `The page didn't show ${what} within ${Math.round(withinMs / 60_000)} min. It says "${heading}".`,
          );
        }
        await sleep(LOOK_EVERY_MS, undefined, { signal });
        await page.reload();
      }
    },

    open: async (pathname: string): Promise<void> => {
      await page.goto(at(pathname));
    },

    /** @param line as "availability/availability" @returns the line's name */
    async setThreshold(
      line: string,
      to: { value: number; forSeconds: number; recoverForSeconds: number },
    ): Promise<string> {
      const view = await ask("/api/thresholds", thresholdsSchema);
      const found = view.lines.find(({ key }) => key === line);
      if (!found)
        throw new Error(
          `The plan's alert.line is ${line}, and there is no such line. There are: ${view.lines.map(({ key }) => key).join(", ")}.`,
        );
      const response = await page.request.put(at(`/api/thresholds/${line}`), {
        headers: { origin },
        data: {
          change: "set",
          range: "24h",
          pageOf: view.tenantId,
          expectedVersion: found.threshold.version,
          to: { enabled: true, inclusive: false, ...to },
        },
      });
      if (!response.ok())
        throw new Error(`The threshold was refused with ${response.status()}: ${await response.text()}`);
      return found.name;
    },

    /** The thresholds as Prometheus rules, as the page's own download gives them. */
    async exportRules(): Promise<string> {
      const response = await page.request.get(at("/api/thresholds/export?format=prometheus"));
      if (!response.ok())
        throw new Error(`The export answered ${response.status()}: ${await response.text()}`);
      return response.text();
    },

    /** Sends a test alert by the button, and waits until it is known what became of it. @param delivery as "accepted" or "put-off" */
    async sendTest(delivery: string, withinMs: number): Promise<void> {
      await page.goto(at("/alerts"));
      await page.getByRole("button", { name: "Send a test alert" }).click();
      await this.awaitTest(delivery, withinMs);
    },

    /** On the page of the alerts. */
    async awaitTest(delivery: string, withinMs: number): Promise<void> {
      await expect(page.locator("[data-test-stage]")).toHaveAttribute("data-test-stage", delivery, {
        timeout: withinMs,
      });
    },
  };
}

export type DrillOwner = ReturnType<typeof createOwner>;
