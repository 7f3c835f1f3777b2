import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { Client } from "pg";
import type { BounceForm } from "@/demo/mail/bounce";
import type { RunningDemo } from "@/demo/run";
import type { ThresholdsView } from "@/lib/thresholds/view";

type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

/**
 * How long to await what comes by turns: a fault reaches the window of its signal, then a slot of 10 s; then come the pending
 * time, the next look of a worker, up to a minute later, and that of an open page, 15 s apart. An upper bound, for a machine of
 * half the speed that has other work.
 */
export const IN_TURN = { timeout: 240_000 };

/** The demo that the walks run against. */
export function demo(): RunningDemo {
  const announced = process.env.WATCHPOST_DEMO;
  if (!announced) throw new Error("The walks need the demo, which the configuration's global setup starts.");
  return JSON.parse(announced) as RunningDemo;
}

/** A portal and the provider that it sends its owners to. */
type SignInPlace = { portal: string; issuer: string };

/**
 * Signs in by the form of the demo's identity provider, as a person would.
 * @param account an address; every account has the demo's one password
 * @returns at whatever page the portal leads to
 */
export async function signIn(
  page: Page,
  account: string,
  { portal, issuer }: SignInPlace = demo(),
): Promise<void> {
  await page.goto(portal);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL((url) => url.origin === issuer);
  await answerProvider(page, account, portal);
}

/** Fills in the provider's form, on which the page is, and comes back to the portal. */
export async function answerProvider(page: Page, account: string, portal: string): Promise<void> {
  await page.getByLabel("E-mail address").fill(account);
  await page.getByLabel("Password").fill("watchpost");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.origin === portal);
}

/** A test whose pages are signed in already. The owner signs in once per worker, by the form. */
export function signedInAs(account: string) {
  return base.extend<object, { signedIn: StorageState }>({
    signedIn: [
      async ({ browser }, use) => {
        const page = await browser.newPage();
        await signIn(page, account);
        const state = await page.context().storageState();
        await page.close();
        await use(state);
      },
      { scope: "worker" },
    ],
    storageState: async ({ signedIn }, use) => use(signedIn),
  });
}

/** A signal's card on the health page. */
export const signalCard = (page: Page, signal: string) => page.locator(`li[data-signal="${signal}"]`);

/** Waits until every chart of the page has its lines. */
export async function chartsDrawn(page: Page): Promise<void> {
  const charts = page.locator("[data-chart]");
  await expect(charts).not.toHaveCount(0);
  await expect(charts.locator(".recharts-surface")).toHaveCount(await charts.count());
}

/** Lets the page believe that its tab was hidden or came back. A headless browser has no tabs to hide. */
export async function setTabHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    },
    hidden ? "hidden" : "visible",
  );
}

type Mail = {
  id: string;
  envelopeFrom: string;
  envelopeTo: string[];
  subject: string;
  text: string;
  html: string | null;
  headers: { name: string; value: string }[];
};

/**
 * The mails that the demo's relay took, newest first.
 * @public
 */
export const inbox = {
  async messages(): Promise<Mail[]> {
    const response = await fetch(`${demo().inbox}/api/messages`);
    return ((await response.json()) as { messages: Mail[] }).messages;
  },
  async clear(): Promise<void> {
    await fetch(`${demo().inbox}/api/messages`, { method: "DELETE" });
  },
};

async function switchMail(path: string): Promise<void> {
  const response = await fetch(`${demo().inbox}${path}`, { method: "POST", redirect: "manual" });
  if (response.status !== 303) throw new Error(await response.text());
}

/** Switches the demo's mail relay on or off, as its page does. */
export const setRelay = (on: boolean): Promise<void> => switchMail(`/relay?on=${on ? 1 : 0}`);

/** The demo's mail relay takes mail only after a login, which it doesn't offer. setRelay(true) ends it. */
export const requireLogin = (): Promise<void> => switchMail("/relay?on=1&as=login");

/** Lets the demo's mail relay refuse an address as unknown, or take mail for it again. */
export const setRefusing = (address: string, on: boolean): Promise<void> =>
  switchMail(`/refusing?address=${encodeURIComponent(address)}&on=${on ? 1 : 0}`);

/**
 * Lets the mailbox of an address bounce, or take mail again, as the inbox's page does.
 * @param form member: the address is a list, and one of its members bounces
 */
export const setBouncing = (address: string, on: boolean, form: BounceForm = "report"): Promise<void> =>
  switchMail(`/bouncing?address=${encodeURIComponent(address)}&on=${on ? 1 : 0}&as=${form}`);

/** Sends the demo's repository a command, as its control page does. @returns the issue that it was about, if there is one */
export async function postToRepository(path: string, body: object): Promise<{ number: number }> {
  const response = await fetch(new URL(`/control/${path}`, demo().repositoryApi), {
    method: "POST",
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { number: number };
}

/** Asks the demo's database. */
export async function inDatabase<R extends object>(sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new Client({ connectionString: demo().database });
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Replaces one of the operator's definitions, as their command does; portal and worker take it up within ten seconds. */
export async function applyDefinition(kind: "bundle" | "components", document: object): Promise<void> {
  await inDatabase("UPDATE definition SET document = $1, applied_at = now() WHERE kind = $2", [
    JSON.stringify(document),
    kind,
  ]);
}

/**
 * Sets a threshold of the owner who is signed in, as the thresholds page does.
 * @param line as "error-rate/error-rate"
 */
export async function setThreshold(
  page: Page,
  line: string,
  to: { value: number; forSeconds: number; recoverForSeconds: number },
): Promise<void> {
  const { portal } = demo();
  const view = (await (await page.request.get(`${portal}/api/thresholds`)).json()) as ThresholdsView;
  const response = await page.request.put(`${portal}/api/thresholds/${line}`, {
    headers: { origin: portal },
    data: {
      change: "set",
      range: "24h",
      pageOf: view.tenantId,
      expectedVersion: view.lines.find(({ key }) => key === line)?.threshold.version ?? 0,
      to: { enabled: true, inclusive: false, ...to },
    },
  });
  expect(response.status(), await response.text()).toBe(200);
}

/**
 * Switches a fault of the demo's platform, as its control page does.
 * @param target a capability (photos, tickets, weather, canary), a node (node-a, node-b), or the platform
 * @throws Error with the control server's own sentence when it knows no such target or fault
 * @public
 */
export async function setFault(target: string, fault: string, on: boolean): Promise<void> {
  const { control } = demo();
  const response = await fetch(`${control}/api/faults`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: control },
    body: JSON.stringify({ target, fault, on }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Signs out by the account's menu, and waits for the page that says so. */
export async function signOutInBrowser(page: Page, portal = demo().portal): Promise<void> {
  await page.locator("summary").filter({ hasText: "Account" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${portal}/signed-out`);
}

/** Fails with every rule that the page breaks, and where. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
  expect(found).toEqual([]);
}
