import { type Browser, expect, type Page, test } from "@playwright/test";
import { DEMO_COMPONENTS } from "../demo/platform/components";
import type { AttributedAlert, AttributionView } from "../lib/attribution/view";
import type { Components } from "../lib/catalogue/components";
import { DEMO_BUNDLE, SHORT_BUNDLE } from "./bundles";
import {
  applyDefinition,
  demo,
  expectAccessible,
  IN_TURN,
  inbox,
  setFault,
  setThreshold,
  signIn,
} from "./harness";
import { reloadUntil } from "./states";

// One platform, one story: what is seen once stays evidence for minutes, so the situations come in this order, each with alerts of
// its own. What needs the same state of the platform is staged side by side.
test.describe.configure({ mode: "serial" });

/** Fires at the first breach, or once whatever failed with it had the time to be seen failing. */
const AT_ONCE = { forSeconds: 0, recoverForSeconds: 10 };
const AFTER_20_SECONDS = { forSeconds: 20, recoverForSeconds: 10 };

/** Measured by nothing: its state is never known. */
const UNMEASURED = { id: "network", name: "Network", state: 'min(up{job="network",$tenant=""})' };
const WITH_UNMEASURED: Components = {
  ...DEMO_COMPONENTS,
  components: [...DEMO_COMPONENTS.components, UNMEASURED],
};
const ONLY_UNMEASURED: Components = { windowSeconds: 60, components: [UNMEASURED] };

async function attributionOf(page: Page): Promise<AttributionView> {
  return (await page.request.get(`${demo().portal}/api/attribution`)).json();
}

async function until(page: Page, holds: (view: AttributionView) => boolean): Promise<void> {
  await expect.poll(async () => holds(await attributionOf(page)), IN_TURN).toBe(true);
}

const TENANTS = ["photos", "tickets", "weather", "canary"] as const;
type Tenant = (typeof TENANTS)[number];
const pages = new Map<Tenant, Page>();
function pageOf(tenant: Tenant): Page {
  const page = pages.get(tenant);
  if (!page) throw new Error(`Nobody has signed in for ${tenant}.`);
  return page;
}
async function signInFor(browser: Browser, tenant: Tenant): Promise<void> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, `owner@${tenant}.example`);
  pages.set(tenant, page);
}

/** A new alert of the line can be distinguished from an earlier one only once that is over. */
const over = (tenant: Tenant, name: string) =>
  until(pageOf(tenant), ({ alerts }) => !alerts.some((alert) => alert.name === name));

/**
 * What an alert of the tenant is attributed to, once it is so, and on the alert's page.
 * @param reasons their kinds in order
 * @param more whether others may stand beside them
 * @param said what the sentences of the reasons say in all
 */
async function expectVerdict(
  tenant: Tenant,
  name: string,
  side: string,
  reasons: string[],
  { more = false, said = [] as RegExp[] } = {},
): Promise<NonNullable<AttributedAlert["verdict"]>> {
  const page = pageOf(tenant);
  let found: AttributedAlert | undefined;
  await expect
    .poll(
      async () => {
        found = (await attributionOf(page)).alerts.find((alert) => alert.name === name);
        const given = found?.verdict?.reasons ?? [];
        const kinds = given.map(({ kind }) => kind as string);
        const text = given.map(({ sentence }) => sentence).join(" ");
        return {
          side: found?.verdict?.side,
          reasons: more ? reasons.filter((each) => kinds.includes(each)) : kinds,
          unsaid: said.filter((words) => !words.test(text)).map(String),
        };
      },
      { ...IN_TURN, message: `${tenant}: ${name}` },
    )
    .toEqual({ side, reasons, unsaid: [] });
  if (!found?.verdict) throw new Error("It was there a moment ago.");
  await page.goto(`${demo().portal}/alerts/${found.alertId}`);
  await expect(page.locator("[data-side]")).toHaveAttribute("data-side", side);
  for (const reason of reasons) await expect(page.locator(`[data-reason="${reason}"]`).first()).toBeVisible();
  return found.verdict;
}

test.beforeAll(async ({ browser }) => {
  for (const tenant of TENANTS) await signInFor(browser, tenant);
});
test.afterAll(async () => {
  await applyDefinition("components", DEMO_COMPONENTS);
  await applyDefinition("bundle", DEMO_BUNDLE);
  for (const tenant of ["photos", "tickets"])
    for (const fault of ["errors", "slowness"]) await setFault(tenant, fault, false);
  await setFault("weather", "memory-leak", false);
  for (const fault of ["ingress-errors", "storage-slow", "all-at-once", "sign-in-down"])
    await setFault("platform", fault, false);
  await setFault("node-b", "node-down", false);
});

test("with nothing alerting there is nothing to attribute, and the platform is shown by its components", async () => {
  const page = pageOf("photos");
  await applyDefinition("bundle", SHORT_BUNDLE);
  // What an earlier walk broke is still in the windows of before, and its alert ends within the short ones.
  await until(
    page,
    ({ alerts, platform }) =>
      alerts.length === 0 && platform?.components.every(({ state }) => state === "ok") === true,
  );
  await page.goto(demo().portal);
  const panel = page.getByRole("region", { name: "Yours or the platform's?" });
  await expect(panel).toContainText("Nothing to attribute.");
  await expect(panel).toContainText("Everything of the platform that you depend on works.");
  await panel.getByText("The platform's components").click();
  for (const name of ["Sign-in", "Metrics store"]) await expect(panel).toContainText(`${name}: works`);
  await expectAccessible(page);
  for (const tenant of ["photos", "tickets"] as const) {
    await setThreshold(pageOf(tenant), "error-rate/error-rate", { value: 0.1, ...AT_ONCE });
    await setThreshold(pageOf(tenant), "latency/p95", { value: 1, ...AT_ONCE });
  }
  for (const tenant of TENANTS)
    await setThreshold(pageOf(tenant), "availability/availability", { value: 0.99, ...AT_ONCE });
});

test("errors are unclear while a component can't be read, and running out of memory is yours all the same", async () => {
  await inbox.clear();
  await applyDefinition("components", WITH_UNMEASURED);
  await until(pageOf("photos"), ({ platform }) =>
    Boolean(platform?.components.some(({ id, state }) => id === "network" && state === "unknown")),
  );
  await setFault("photos", "errors", true);
  await setFault("weather", "memory-leak", true);
  const unclear = await expectVerdict("photos", "error rate", "unclear", []);
  expect(unclear.wouldDecide).toContain("The state of Network could not be read");
  await setFault("photos", "errors", false);
  // Its memory may have been seen close to the limit before the container was killed for it.
  await expectVerdict("weather", "availability", "yours", ["app-exit"], {
    more: true,
    said: [/out of memory/],
  });
  await setFault("weather", "memory-leak", false);
  const toPhotos = async () =>
    (await inbox.messages()).filter(({ envelopeTo }) => envelopeTo.includes("owner@photos.example"));
  await expect
    .poll(async () => (await toPhotos()).at(-1)?.text)
    .toMatch(/Whose problem it looks like: unclear\./);
  expect(JSON.stringify(await toPhotos())).not.toMatch(/weather|tickets/i);
});

test("with nothing of the platform known, slowness is unclear, and so are errors after a deployment", async () => {
  await applyDefinition("components", ONLY_UNMEASURED);
  await until(pageOf("photos"), ({ platform }) => platform?.components.length === 1);
  await setFault("tickets", "deploy", true);
  await setFault("photos", "slowness", true);
  await setFault("tickets", "errors", true);
  await expectVerdict("photos", "latency", "unclear", []);
  await setFault("photos", "slowness", false);
  await expectVerdict("tickets", "error rate", "unclear", ["deployment"]);
  await setFault("tickets", "errors", false);
});

test("once the components are known, slowness after a deployment is yours, and the reason leads to the deployment", async () => {
  await applyDefinition("components", DEMO_COMPONENTS);
  await until(
    pageOf("photos"),
    ({ platform }) => platform?.components.length === DEMO_COMPONENTS.components.length,
  );
  await setFault("tickets", "slowness", true);
  await expectVerdict("tickets", "latency", "yours", ["deployment"]);
  const page = pageOf("tickets");
  await page.locator('[data-reason="deployment"]').getByRole("link").click();
  await expect(page).toHaveURL(/\/timeline#deployment-\d+$/);
  const event = page.locator('li[data-event="deployment"]:has(:target)');
  // The timeline looks at each minute; the verdict may know of a deployment sooner.
  await reloadUntil(page, () => expect(event).toContainText(/Deployed \d+\.\d+\.\d+/, { timeout: 2_000 }));
  await expect(event).toBeInViewport();
  await page.screenshot({ path: "e2e/results/timeline-linked.png" });
  await expectAccessible(page);
});

test("that others are affected is no proof: errors are unclear, an earlier verdict becomes so, and a full memory stays yours", async () => {
  await over("photos", "error rate");
  // Whatever they use is too much: two more who leave their thresholds, without anything of the platform failing.
  for (const tenant of ["weather", "canary"] as const)
    await setThreshold(pageOf(tenant), "saturation/memory", {
      value: 0.01,
      forSeconds: 0,
      recoverForSeconds: 0,
    });
  await setFault("photos", "errors", true);
  const unclear = await expectVerdict("photos", "error rate", "unclear", ["others-affected"]);
  expect(unclear.wouldDecide).toContain("A component of the platform that fails");
  await setFault("photos", "errors", false);
  await expectVerdict("weather", "memory", "yours", ["saturated"], { more: true });
  await expectVerdict("tickets", "latency", "unclear", ["others-affected", "deployment"]);
  const page = pageOf("tickets");
  await page.locator("summary").filter({ hasText: "How the verdict changed" }).click();
  await expect(page.locator("[data-verdict-history]")).toContainText("Yours");
  await expectAccessible(page);
  await setFault("tickets", "slowness", false);
  for (const tenant of ["weather", "canary"] as const)
    await setThreshold(pageOf(tenant), "saturation/memory", {
      value: 0.99,
      forSeconds: 0,
      recoverForSeconds: 0,
    });
});

test("all at once with the canary among them is the platform's, though no component shows why", async () => {
  await over("weather", "availability");
  await setFault("platform", "all-at-once", true);
  // With the canary among them, everybody has three others.
  const platform = ["canary-failing", "others-affected"];
  await expectVerdict("photos", "availability", "platform", platform);
  await expectVerdict("tickets", "availability", "both", [...platform, "deployment"]);
  await expectVerdict("weather", "availability", "both", ["canary-failing", "app-exit", "others-affected"], {
    more: true,
  });
  await setFault("platform", "all-at-once", false);
});

test("slow storage is the platform's for one, and both for whom a deployment speaks, too; a failing sign-in is named beside it", async () => {
  await over("tickets", "latency");
  for (const tenant of ["photos", "tickets"] as const)
    await setThreshold(pageOf(tenant), "latency/p95", { value: 1, ...AFTER_20_SECONDS });
  await setFault("platform", "sign-in-down", true);
  await setFault("platform", "storage-slow", true);
  await expectVerdict("photos", "latency", "platform", ["component-failing"], {
    more: true,
    said: [
      /Storage, which your capability depends on, was failing at onset/,
      /Sign-in, which every capability depends on, was failing at onset/,
    ],
  });
  await expectVerdict("tickets", "latency", "both", ["component-failing", "deployment"], { more: true });
  await setFault("platform", "storage-slow", false);
  await setFault("platform", "sign-in-down", false);
});

test("an ingress that fails and a node that is gone are the platform's for one, and both for who has just deployed", async () => {
  for (const tenant of ["photos", "tickets"] as const) {
    await over(tenant, "availability");
    await setThreshold(pageOf(tenant), "availability/availability", { value: 0.99, ...AFTER_20_SECONDS });
  }
  await setFault("tickets", "deploy", true);
  await setFault("platform", "ingress-errors", true);
  await setFault("node-b", "node-down", true);
  const platform = ["component-failing", "canary-failing"];
  await expectVerdict("photos", "availability", "platform", platform, {
    more: true,
    said: [/Ingress, .* was failing/, /Nodes \(node-b\), .* was failing/],
  });
  await expectVerdict("tickets", "availability", "both", [...platform, "deployment"], { more: true });
  const page = pageOf("photos");
  await page.goto(demo().portal);
  const panel = page.getByRole("region", { name: "Yours or the platform's?" });
  await expect(panel.locator('[data-side="platform"]').first()).toBeVisible();
  // Storage may still be seen slow; and once its pod on that node is given up, the node is no concern of its any more.
  await expect(panel).toContainText(
    /Of the platform, Ingress(, Storage)?(, Sign-in)?(, Nodes)? and Canary are failing now\./,
  );
  await expectAccessible(page);
});
