import { type Browser, expect, type Page, test } from "@playwright/test";
import { Client } from "pg";
import { DEMO_COMPONENTS } from "../demo/platform/components";
import type { Components } from "../lib/attribution/components";
import type { AttributionView } from "../lib/attribution/view";
import { demo, expectAccessible, inbox, setFault, signIn } from "./harness";

// One platform, one story: each situation uses a signal that none before it has touched.
test.describe.configure({ mode: "serial" });

/** A fault must reach the window of its signal, then a slot of 10 s, and the page asks every 15 s. */
const ALERTS_WITHIN_MS = 90_000;

/** Measured by nothing: its state is never known. */
const UNMEASURED = { id: "identity", name: "Sign-in", state: 'min(probe_success{job="identity"})' };
const WITH_UNMEASURED: Components = {
  ...DEMO_COMPONENTS,
  components: [...DEMO_COMPONENTS.components, UNMEASURED],
};
const ONLY_UNMEASURED: Components = { windowSeconds: 60, components: [UNMEASURED] };

/** As the operator's command does; portal and worker take it up within ten seconds. */
async function applyComponents(components: Components): Promise<void> {
  const client = new Client({ connectionString: demo().database });
  await client.connect();
  await client.query("UPDATE definition SET document = $1, applied_at = now() WHERE kind = 'components'", [
    JSON.stringify(components),
  ]);
  await client.end();
}

async function attributionOf(page: Page): Promise<AttributionView> {
  return (await page.request.get(`${demo().portal}/api/attribution`)).json();
}

async function until(page: Page, holds: (view: AttributionView) => boolean): Promise<void> {
  await expect.poll(async () => holds(await attributionOf(page)), { timeout: ALERTS_WITHIN_MS }).toBe(true);
}

async function setThreshold(page: Page, tenant: string, line: string, value: number): Promise<void> {
  const response = await page.request.put(`${demo().portal}/api/thresholds/${line}`, {
    headers: { origin: demo().portal },
    data: {
      change: "set",
      range: "24h",
      pageOf: tenant,
      expectedVersion: 0,
      to: { enabled: true, value, inclusive: false, forSeconds: 0, recoverForSeconds: 60 },
    },
  });
  expect(response.status(), await response.text()).toBe(200);
}

type Owner = { page: Page; tenant: string };
const owners: Record<string, Owner> = {};
async function ownerOf(browser: Browser, tenant: string): Promise<Owner> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, `owner@${tenant}.example`);
  return { page, tenant };
}

/** What an alert of the tenant is attributed to, on its page, once it stands. */
async function expectVerdict(
  tenant: string,
  name: string,
  side: string,
  reasons: string[],
): Promise<AttributionView["alerts"][number]> {
  const owner = owners[tenant];
  if (!owner) throw new Error(`Nobody has signed in for ${tenant}.`);
  let found: AttributionView["alerts"][number] | undefined;
  await expect
    .poll(
      async () => {
        found = (await attributionOf(owner.page)).alerts.find((alert) => alert.name === name);
        return found?.verdict && [found.verdict.side, ...found.verdict.reasons.map(({ kind }) => kind)];
      },
      { timeout: ALERTS_WITHIN_MS, message: `${tenant}: ${name}` },
    )
    .toEqual([side, ...reasons]);
  if (!found) throw new Error("It was there a moment ago.");
  await owner.page.goto(`${demo().portal}/alerts/${found.episodeId}`);
  await expect(owner.page.locator("[data-side]")).toHaveAttribute("data-side", side);
  for (const reason of reasons) await expect(owner.page.locator(`[data-reason="${reason}"]`)).toBeVisible();
  return found;
}

test.beforeAll(async ({ browser }) => {
  for (const tenant of ["photos", "tickets", "weather"]) owners[tenant] = await ownerOf(browser, tenant);
});
test.afterAll(async () => {
  await applyComponents(DEMO_COMPONENTS);
  for (const tenant of ["photos", "tickets"])
    for (const fault of ["errors", "slowness"]) await setFault(tenant, fault, false);
  await setFault("weather", "crash-loop", false);
  await setFault("platform", "ingress-errors", false);
});

test("with nothing alerting there is nothing to attribute, and the platform is told by its components", async () => {
  test.setTimeout(120_000);
  const { page } = owners.photos as Owner;
  await until(page, ({ platform }) => platform?.components.every(({ state }) => state === "ok") === true);
  await page.goto(demo().portal);
  const panel = page.getByRole("region", { name: "Yours or the platform's?" });
  await expect(panel).toContainText("Nothing to attribute.");
  await expect(panel).toContainText("Everything of the platform that you depend on works.");
  await expectAccessible(page);
  for (const [tenant, line, value] of [
    ["photos", "error-rate/error-rate", 0.02],
    ["photos", "latency/p95", 1],
    ["photos", "availability/availability", 0.99],
    ["tickets", "error-rate/error-rate", 0.04],
    ["tickets", "latency/p95", 1],
    ["tickets", "availability/availability", 0.99],
    ["weather", "availability/availability", 0.99],
  ] as const)
    await setThreshold((owners[tenant] as Owner).page, tenant, line, value);
});

test("errors are unclear while a component can't be read, and a crash is yours all the same", async () => {
  test.setTimeout(200_000);
  await inbox.clear();
  await applyComponents(WITH_UNMEASURED);
  await until((owners.photos as Owner).page, ({ platform }) =>
    Boolean(platform?.components.some(({ id, state }) => id === "identity" && state === "unknown")),
  );
  await setFault("photos", "errors", true);
  await setFault("weather", "crash-loop", true);
  const alert = await expectVerdict("photos", "error rate", "unclear", []);
  expect(alert.verdict?.wouldDecide).toContain("The state of Sign-in could not be read");
  await expectVerdict("weather", "availability", "yours", ["app-exit"]);
  await setFault("photos", "errors", false);
  const toPhotos = async () =>
    (await inbox.messages()).filter(({ envelopeTo }) => envelopeTo.includes("owner@photos.example"));
  await expect
    .poll(async () => (await toPhotos()).at(-1)?.text, { timeout: 30_000 })
    .toMatch(/Whose problem it looks like: unclear\./);
  expect(JSON.stringify(await toPhotos())).not.toMatch(/weather|tickets/i);
});

test("with nothing of the platform known, slowness is unclear, and so are errors after a deployment", async () => {
  test.setTimeout(200_000);
  await applyComponents(ONLY_UNMEASURED);
  await until((owners.photos as Owner).page, ({ platform }) => platform?.components.length === 1);
  await setFault("tickets", "deploy", true);
  await setFault("photos", "slowness", true);
  await setFault("tickets", "errors", true);
  await expectVerdict("photos", "latency", "unclear", []);
  await expectVerdict("tickets", "error rate", "unclear", ["deployment"]);
  await setFault("photos", "slowness", false);
  await setFault("tickets", "errors", false);
});

test("once the components are known again, slowness after the deployment is yours, and an older verdict is revised", async () => {
  test.setTimeout(200_000);
  await applyComponents(DEMO_COMPONENTS);
  await until((owners.photos as Owner).page, ({ platform }) => platform?.components.length === 4);
  await setFault("tickets", "slowness", true);
  await expectVerdict("tickets", "latency", "yours", ["deployment"]);
  await setFault("tickets", "slowness", false);
});

test("an ingress that fails is the platform's for one, and both for whom something of their own speaks", async () => {
  test.setTimeout(200_000);
  await setFault("platform", "ingress-errors", true);
  // With the canary among them, everybody has three others.
  const platform = ["component-failing", "canary-failing"];
  await expectVerdict("photos", "availability", "platform", [...platform, "others-affected"]);
  await expectVerdict("tickets", "availability", "both", [...platform, "others-affected", "deployment"]);
  await expectVerdict("weather", "availability", "both", [...platform, "app-exit", "others-affected"]);
  const { page } = owners.weather as Owner;
  await page.locator("summary").filter({ hasText: "How the verdict changed" }).click();
  await expect(page.locator("[data-verdict-history]")).toContainText("Yours");
  await expectAccessible(page);
  const photos = (owners.photos as Owner).page;
  await photos.goto(demo().portal);
  const panel = photos.getByRole("region", { name: "Yours or the platform's?" });
  await expect(panel.locator('[data-side="platform"]').first()).toBeVisible();
  await expect(panel).toContainText("Of the platform, Ingress and Canary are failing now.");
  await expectAccessible(photos);
});
