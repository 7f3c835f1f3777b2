import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { parse, stringify } from "yaml";
import type { RunningDemo } from "../demo/run";
import type { DrillOutcome } from "../drill/outcome";
import { SHORT_BUNDLE } from "./bundles";
import { startDemo } from "./demo-under-test";
import { expectAccessible } from "./harness";
import { sidewaysPx } from "./page-conduct";

const ROOT = path.resolve(import.meta.dirname, "..");
const DRILLS = path.join(ROOT, "e2e/results/drills");
const PLAN = path.join(ROOT, "demo/drill/plan.yaml");
/** A drill cuts the relay, which the other walks need: it has a demo of its own. */
const DATA_DIR = path.join(ROOT, "e2e/results/drilled-demo");
/** With windows of 30 s it takes some three minutes. */
const DRILLED_WITHIN_MS = 1_200_000;

test.describe.configure({ mode: "serial" });

let portal: string;
let stop: (() => Promise<void>) | undefined;
test.beforeAll(async () => {
  test.setTimeout(DRILLED_WITHIN_MS);
  await rm(DRILLS, { recursive: true, force: true });
  const demo = await startDemo(DATA_DIR, {});
  stop = demo.stop;
  const running = JSON.parse(demo.announced) as RunningDemo;
  portal = running.portal;
  // The drill applies the definitions, and this with them.
  await writeFile(
    path.join(running.portalEnvironment.DEFINITIONS_DIR ?? "", "bundle.yaml"),
    stringify(SHORT_BUNDLE),
  );
});
test.afterAll(() => stop?.());

/** The command as npm run drill starts it. */
function drill(...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["drill/start.mjs", ...args, "--into", DRILLS],
      { cwd: ROOT, env: { ...process.env, DEMO_DATA_DIR: DATA_DIR } },
      (error, out, err) =>
        resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out: `${out}${err}` }),
    );
  });
}

/** The folder of the newest drill. */
async function newest(): Promise<{ folder: string; outcome: DrillOutcome }> {
  const folder = path.join(DRILLS, (await readdir(DRILLS)).sort().at(-1) ?? "");
  return { folder, outcome: JSON.parse(await readFile(path.join(folder, "drill.json"), "utf8")) };
}

/** Opens the report as its reader does, from the file, and looks at it. */
async function openReport(page: Page, folder: string): Promise<void> {
  await page.goto(pathToFileURL(path.join(folder, "report.html")).href);
  await expectAccessible(page);
  for (const [look, width, colorScheme] of [
    ["light", 1280, "light"],
    ["phone-dark", 390, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
    expect(await sidewaysPx(page), "pixels to scroll sideways").toBeLessThanOrEqual(0);
    await page.screenshot({ path: path.join(folder, `report-${look}.png`), fullPage: true });
  }
}

test("a drill of the demo passes every step, and leaves a report with pictures, mails and a wire log, and nothing of its tenant", async ({
  page,
}) => {
  test.setTimeout(DRILLED_WITHIN_MS);
  const { code, out } = await drill("--against", portal);
  expect(out, out).toMatch(/The drill passed after .* of 60 min\. 16 steps passed\./);
  expect(code).toBe(0);
  const { folder, outcome } = await newest();
  expect(outcome.steps.map(({ result }) => result)).toEqual(outcome.steps.map(() => "passed"));

  const mails = await readdir(path.join(folder, "mails"));
  expect(mails).toHaveLength(3);
  const wire = (await readFile(path.join(folder, "wire.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; address?: string });
  expect(new Set(wire.map(({ kind }) => kind))).toEqual(new Set(["http", "command", "mail"]));
  const addresses = wire.flatMap(({ address }) => address ?? []);
  expect(addresses.some((address) => address.includes("code=…"))).toBe(true);
  expect(addresses.filter((address) => /=[^…&]/.test(address))).toEqual([]);

  await openReport(page, folder);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("The drill passed");
  const pictures = page.getByRole("img");
  await expect(pictures).toHaveCount(outcome.steps.flatMap((step) => step.pictures).length);
  for (const picture of await pictures.all())
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
});

test("a drill that finds trouble fails with what the trouble said, and puts back and removes all the same", async ({
  page,
}) => {
  test.setTimeout(DRILLED_WITHIN_MS);
  const plan = parse(await readFile(PLAN, "utf8"));
  plan.commands.break = "echo The cluster refuses. >&2; exit 3";
  const file = path.join(path.dirname(PLAN), `broken-${process.pid}.yaml`);
  await writeFile(file, stringify(plan));
  try {
    const { code, out } = await drill("--against", portal, "--plan", file);
    expect(code, out).toBe(1);
  } finally {
    await rm(file);
  }
  const { folder, outcome } = await newest();
  const of = (result: string) => outcome.steps.filter((step) => step.result === result);
  expect(of("failed")).toMatchObject([
    {
      title: "Broken, it is pending",
      failure: 'The plan\'s command "break" ended with 3:\nThe cluster refuses.',
    },
  ]);
  expect(of("passed").map(({ title }) => title)).toContain("Nothing of it is left");
  expect(of("skipped").length).toBeGreaterThan(5);
  await openReport(page, folder);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("The drill failed");
});

test("a portal that no plan is known of isn't touched, and the command says what to name", async () => {
  const { code, out } = await drill("--against", "http://127.0.0.1:9");
  expect(code).toBe(2);
  expect(out).toContain("How to drill http://127.0.0.1:9 isn't known");
  expect(out).toContain("deploy/drill.example.yaml");
  expect((await drill("--against", "watchpost")).code).toBe(2);
});
