import { expect } from "@playwright/test";
import { type Cuts, type SlowLine, startSlowLine } from "../testing/slow-line";
import { demo, signedInAs } from "./harness";
import { watchConduct } from "./page-conduct";

// A page's HTML comes in pieces wherever a line is slow or a machine is busy, and the browser draws each as it comes.
const test = signedInAs("owner@photos.example");
test.describe.configure({ mode: "parallel" });
let line: SlowLine;

test.beforeAll(async () => {
  line = await startSlowLine(demo().portal);
});
test.afterAll(() => line.stop());

/** Just after a text of the page's body, so that what follows it in the same element comes later. */
function after(...texts: string[]): Cuts {
  return (html) =>
    texts
      .map((text) => {
        const at = html.indexOf(text, html.indexOf("<body"));
        if (at < 0) throw new Error(`The page has no ${text}.`);
        return at + text.length;
      })
      .sort((a, b) => a - b);
}

/** So many cuts, evenly through what is seen of the page: in tags, in words, wherever they fall. */
function evenly(count: number): Cuts {
  return (html) => {
    const from = html.indexOf("<body");
    const to = html.indexOf("</footer>");
    return Array.from(
      { length: count },
      (_, index) => from + Math.round(((to - from) * (index + 1)) / count),
    );
  };
}

/** Enough that no piece holds more than a row of a table. */
const MANY = 30;

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const LOADS: { what: string; path: string; viewport: typeof DESKTOP; cuts: Cuts }[] = [
  { what: "in the account menu", path: "/", viewport: DESKTOP, cuts: after("Account: ", ">owner@") },
  {
    what: "in the navigation, the overall state and between the signals",
    path: "/",
    viewport: DESKTOP,
    cuts: after('href="/thresholds"', "<h1", "as of", 'data-signal="availability"', 'data-signal="latency"'),
  },
  { what: "in thirty places on a phone", path: "/", viewport: PHONE, cuts: evenly(MANY) },
  ...[
    "/",
    "/alerts",
    "/thresholds",
    "/timeline",
    "/migration",
    "/notices",
    "/leaving",
    "/signals/latency",
  ].map((path) => ({
    what: "in thirty places",
    path,
    viewport: DESKTOP,
    cuts: evenly(MANY),
  })),
];

for (const { what, path, viewport, cuts } of LOADS) {
  test(`nothing of ${path} moves when its HTML breaks off ${what}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    line.cutAt(cuts);
    const conduct = await watchConduct(page);
    await page.goto(line.url + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await conduct.settled();
    expect(line.pieces()).toBeGreaterThan(2);
    expect(await conduct.shifts()).toEqual([]);
    expect(conduct.complaints).toEqual([]);
  });
}
