import { expect, type Page } from "@playwright/test";
import type { RunningDemo } from "@/demo/run";

/** The demo that the walks run against. */
export function demo(): RunningDemo {
  const announced = process.env.WATCHPOST_DEMO;
  if (!announced) throw new Error("The walks need the demo, which the configuration's global setup starts.");
  return JSON.parse(announced) as RunningDemo;
}

/**
 * Signs in by the form of the demo's identity provider, as a person would.
 * @param account an address; every account has the demo's one password
 * @returns at whatever page the portal leads to
 */
export async function signIn(page: Page, account: string): Promise<void> {
  const { portal, issuer } = demo();
  await page.goto(portal);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL((url) => url.origin === issuer);
  await page.getByLabel("E-mail address").fill(account);
  await page.getByLabel("Password").fill("watchpost");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.origin === portal);
}

type Mail = {
  id: string;
  envelopeFrom: string;
  envelopeTo: string[];
  subject: string;
  text: string;
  html: string | null;
};

/** The mails that the demo's relay took, newest first. */
export const inbox = {
  async messages(): Promise<Mail[]> {
    const response = await fetch(`${demo().inbox}/api/messages`);
    return ((await response.json()) as { messages: Mail[] }).messages;
  },
  async clear(): Promise<void> {
    await fetch(`${demo().inbox}/api/messages`, { method: "DELETE" });
  },
};

/** Puts the identity provider's clock ahead by so many seconds, or behind by a negative number; 0 puts it right. */
export async function skewIdentityClock(skewSeconds: number): Promise<void> {
  await fetch(`${demo().issuer}/walks/clock?skewSeconds=${skewSeconds}`, { method: "POST" });
}
