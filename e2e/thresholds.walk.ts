import { expect, type Page, test } from "@playwright/test";
import type { ThresholdsView } from "@/lib/thresholds/view";
import { startGatedPortal } from "./gated-portal";
import { answerProvider, demo, expectAccessible, setTabHidden, signIn } from "./harness";
import { sidewaysPx } from "./page-conduct";

const editor = (page: Page) => page.locator("[data-line]");
const preview = (page: Page) => page.locator("[data-preview]");
const list = (page: Page) => page.getByRole("navigation", { name: "Thresholds" });
const edits = (page: Page) => page.getByRole("region", { name: "Edits" });

async function open(page: Page, line: string) {
  await page.goto(`${demo().portal}/thresholds?line=${line}`);
  await expect(preview(page)).toContainText(/this would/);
}

test.describe.configure({ mode: "serial" });

test("an owner moves a value, sees what it would have done, saves it, finds it in the audit trail and undoes it", async ({
  page,
}) => {
  await signIn(page, "owner@tickets.example");
  await page.getByRole("link", { name: "Thresholds", exact: true }).click();
  await expect(page.getByRole("link", { name: "Thresholds", exact: true })).toHaveAttribute(
    "aria-current",
    "page",
  );
  await list(page)
    .getByRole("link", { name: /^Latency p95/ })
    .click();
  await expect(editor(page)).toHaveAttribute("data-line", "latency/p95");
  await expect(preview(page)).toContainText(/^In the last 7 days this would/);
  await expect(list(page).locator("[aria-current]")).toContainText("default");
  const before = await edits(page).locator("[data-edit='latency/p95']").count();

  const value = page.getByRole("textbox", { name: "Alert when Latency p95 is" });
  const slider = page.getByRole("slider", { name: "Value for Latency p95" });
  await slider.focus();
  await slider.press("Home");
  await slider.press("ArrowRight");
  await expect(preview(page)).toContainText("would have alerted");
  await expect(page.locator("[data-band=firing]").first()).toBeAttached();
  const strict = await preview(page).textContent();
  await value.fill("60000");
  await expect(preview(page)).toHaveText("In the last 7 days this would not have alerted.");
  expect(strict).not.toContain("would not");

  await value.fill("0");
  await expect(page.getByText("Enter a time above 0 ms.")).toBeVisible();
  await page.getByRole("textbox", { name: "Alert after" }).fill("-1");
  await expect(page.getByText("Enter a time of 0 or more.")).toBeVisible();
  await page.getByRole("textbox", { name: "Alert after" }).fill("2");

  await value.fill("1500");
  await expect(preview(page)).toContainText(/this would/);
  const said = (await preview(page).textContent()) ?? "";
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/^Saved\. Takes effect within 10\ss\.$/)).toBeVisible();
  const edit = edits(page).locator("[data-edit='latency/p95']").first();
  await expect(edit).toContainText("> 1.5 s for 2 min");
  await expect(edit).toContainText("Before: platform's default");
  await expect(edit).toContainText("owner@tickets.example");
  const counted = /this (would .*?)\.$/.exec(said)?.[1] ?? "nothing";
  await expect(edit).toContainText(counted.includes("not") ? "would not have alerted" : "would have alerted");

  await page.goto(`${demo().portal}/signals/latency?range=1h`);
  await expect(page.getByText("> 1.5 s").first()).toBeVisible();
  await expect(
    page.locator("[data-marker=threshold-edit][data-words*='Latency p95 threshold']").first(),
  ).toBeAttached();

  await open(page, "latency/p95");
  await edits(page).getByRole("button", { name: /^Undo/ }).first().click();
  await expect(list(page).getByRole("link", { name: /^Latency p95/ })).toContainText("default");
  await expect(edits(page).locator("[data-edit='latency/p95']")).toHaveCount(before + 2);
});

test("a save that is faster than its preview says so in the audit trail, and the trail has it once it is there", async ({
  page,
}) => {
  const { url, gate, stop } = await startGatedPortal();
  try {
    await signIn(page, "owner@tickets.example");
    await toDefault(page, "restarts/restarts");
    await page.goto(`${url}/thresholds?line=restarts/restarts`);
    await expect(preview(page)).toContainText(/this would/);
    gate.set("late");
    await page.getByText("30 d", { exact: true }).click();
    await expect(page.getByRole("progressbar")).toBeVisible();
    await page.getByRole("textbox", { name: /^Alert when/ }).fill("50");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText(/^Saved\. Takes effect within 10\ss\.$/)).toBeVisible();
    const edit = edits(page).locator("[data-edit='restarts/restarts']").first();
    await expect(edit).toContainText("what it would have done is being worked out");
    gate.set("pass");
    await expect(edit).toContainText("would not have alerted in the 30 days before");
    await expect(preview(page)).toHaveText("In the last 30 days this would not have alerted.");
    await toDefault(page, "restarts/restarts");
  } finally {
    await stop();
  }
});

test("what is typed and not saved is there after another page, a reload and the session's end, at the same address", async ({
  page,
  context,
}) => {
  const value = page.getByRole("textbox", { name: /^Alert when/ });
  await signIn(page, "owner@tickets.example");
  await toDefault(page, "saturation/memory");
  await open(page, "saturation/memory");
  await value.fill("83");
  await page.getByRole("link", { name: "Notices", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Notices" })).toBeVisible();
  await page.goBack();
  await expect(value).toHaveValue("83");
  await expect(page.getByText("Your unsaved change is back.")).toBeVisible();

  let asked = "";
  page.once("dialog", (dialog) => {
    asked = dialog.type();
    void dialog.accept();
  });
  // A browser asks only after the user has used the page.
  await value.click();
  await page.reload();
  expect(asked).toBe("beforeunload");
  await expect(value).toHaveValue("83");

  await context.clearCookies({ name: /session/ });
  await setTabHidden(page, false);
  // Each question that is refused sends the page there: the first way may be broken off by the second.
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL((url) => url.origin === demo().issuer || url.pathname === "/thresholds");
  if (new URL(page.url()).origin === demo().issuer)
    await answerProvider(page, "owner@tickets.example", demo().portal);
  await expect(page).toHaveURL(`${demo().portal}/thresholds?line=saturation/memory`);
  await expect(value).toHaveValue("83");
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(value).not.toHaveValue("83");
});

test("two browsers at once: the second is refused, sees both versions and decides", async ({ browser }) => {
  const first = await (await browser.newContext()).newPage();
  const second = await (await browser.newContext()).newPage();
  await signIn(first, "owner@tickets.example");
  await signIn(second, "owner@tickets.example");
  await toDefault(second, "saturation/storage");
  await open(first, "saturation/storage");
  await open(second, "saturation/storage");
  await first.getByRole("textbox", { name: /^Alert when/ }).fill("81");
  await second.getByRole("textbox", { name: /^Alert when/ }).fill("82");
  await first.getByRole("button", { name: "Save", exact: true }).click();
  await expect(first.getByText("Saved. Takes effect")).toBeVisible();
  await second.getByRole("button", { name: "Save", exact: true }).click();
  const conflict = second.locator("[data-conflict]");
  await expect(conflict).toContainText("> 81 % for 15 min");
  await expect(conflict).toContainText("> 82 % for 15 min");
  await expect(conflict).toContainText("You changed this in another tab, so nothing was saved.");
  await conflict.getByRole("button", { name: "Save this instead" }).click();
  await expect(second.getByText("Saved. Takes effect")).toBeVisible();
  await expect(list(second).getByRole("link", { name: /^Storage/ })).toContainText("> 82 %");
  await toDefault(second, "saturation/storage");
});

test("an owner who switches everything off is told so plainly, and nothing is green", async ({ page }) => {
  await signIn(page, "owner@orchard.example");
  const { lines } = await thresholds(page);
  for (const { key, threshold } of lines)
    await change(page, key, {
      change: "set",
      expectedVersion: threshold.version,
      to: {
        enabled: false,
        value: threshold.value,
        inclusive: threshold.inclusive,
        forSeconds: threshold.forSeconds,
        recoverForSeconds: threshold.recoverForSeconds,
      },
    });
  await page.goto(demo().portal);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Nothing is watched");
  await expect(page.locator("[data-signal][data-status=off]")).toHaveCount(5);
  for (const { key, threshold } of (await thresholds(page)).lines)
    await change(page, key, { change: "default", expectedVersion: threshold.version });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Nothing is watched");
});

test("the thresholds page is accessible, and fits a phone", async ({ page }) => {
  await signIn(page, "owner@photos.example");
  await open(page, "availability/availability");
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await sidewaysPx(page)).toBeLessThanOrEqual(0);
});

async function thresholds(page: Page): Promise<ThresholdsView> {
  return (await page.request.get(`${demo().portal}/api/thresholds`)).json();
}

async function change(page: Page, key: string, body: object) {
  const { tenantId } = await thresholds(page);
  const response = await page.request.put(`${demo().portal}/api/thresholds/${key}`, {
    headers: { origin: demo().portal },
    data: { range: "24h", pageOf: tenantId, ...body },
  });
  expect(response.status(), await response.text()).toBe(200);
}

async function toDefault(page: Page, key: string) {
  const { threshold } = (await thresholds(page)).lines.find((line) => line.key === key) ?? {};
  await change(page, key, { change: "default", expectedVersion: threshold?.version });
}
