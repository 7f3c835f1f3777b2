import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { bigValue } from "@/components/health/signal-words";
import { health } from "./portal-client";
import type { Measure } from "./result";
import { BENCH_TENANTS } from "./samples";
import { roomInSlot } from "./slots";
import type { BenchProcess, BenchStage } from "./stage";

export type Chromium = { executable: string; env: Record<string, string> };

const SCREENS = [
  { name: "desktop", viewport: { width: 1280, height: 900 } },
  { name: "phone", viewport: { width: 390, height: 844 } },
];
const CHARTS = 5;
const READY_WITHIN_MS = 30_000;
const PART = "first-load";

/** What a browser with an empty cache gets for the health page: how much script, and how still the page stands. */
export async function measureFirstLoad(
  stage: BenchStage,
  { executable, env }: Chromium,
  signal: AbortSignal,
): Promise<Measure[]> {
  const portal = await stage.direct();
  const cookie = await stage.openSession(BENCH_TENANTS[0] ?? "");
  const browser = await chromium.launch({
    executablePath: executable,
    // A Chromium that was unpacked rather than installed has no sandbox helper, and root may not use one.
    chromiumSandbox: process.getuid?.() !== 0 && Object.keys(env).length === 0,
    env: { ...process.env, ...env } as Record<string, string>,
  });
  try {
    const measures: Measure[] = [];
    for (const screen of SCREENS) {
      const context = await signedIn(browser, portal, cookie, { viewport: screen.viewport });
      const { scripts, layoutShift, moved } = await openPage(await context.newPage(), portal.url);
      await context.close();
      if (screen === SCREENS[0]) measures.push(...scriptMeasures(scripts));
      measures.push({
        part: PART,
        what: `Layout shift until all charts are drawn, ${screen.name}`,
        value: layoutShift,
        unit: "shift",
        limit: { atMost: 0 },
        ...(moved.length > 0 && { detail: `moved: ${[...new Set(moved)].join(", ")}` }),
      });
    }
    await roomInSlot(5_000, signal);
    const context = await signedIn(browser, portal, cookie, { javaScriptEnabled: false });
    measures.push(await withoutScript(await context.newPage(), portal, cookie));
    return measures;
  } finally {
    await browser.close();
  }
}

async function signedIn(
  browser: Browser,
  { url }: BenchProcess,
  cookie: string,
  options: { viewport?: { width: number; height: number }; javaScriptEnabled?: boolean },
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  const split = cookie.indexOf("=");
  await context.addCookies([{ name: cookie.slice(0, split), value: cookie.slice(split + 1), url }]);
  return context;
}

type Script = {
  /** The body, compressed as it went over the wire. */
  bytes: number;
  /** Whether the browser asked for it before the page's load event. */
  withPage: boolean;
};

type Shift = {
  layoutShift: number;
  /** What moved, as element names with their ids. */
  moved: string[];
};
type CountingWindow = Window & Partial<Shift>;
type ShiftEntry = PerformanceEntry & { value: number; sources?: { node?: Node | null }[] };

async function openPage(page: Page, url: string): Promise<{ scripts: Script[] } & Shift> {
  const network = await page.context().newCDPSession(page);
  await Promise.all([network.send("Network.enable"), network.send("Page.enable")]);
  const asked = new Map<string, { atSeconds: number; bytes: number }>();
  let loadedAtSeconds = Number.POSITIVE_INFINITY;
  network.on("Network.requestWillBeSent", ({ requestId, type, timestamp }) => {
    if (type === "Script") asked.set(requestId, { atSeconds: timestamp, bytes: 0 });
  });
  network.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    const script = asked.get(requestId);
    if (script) script.bytes += encodedDataLength;
  });
  network.on("Page.loadEventFired", ({ timestamp }) => {
    loadedAtSeconds = timestamp;
  });
  await page.addInitScript(() => {
    const counted = window as CountingWindow;
    counted.layoutShift = 0;
    counted.moved = [];
    const nameOf = (node: Node | null | undefined) => {
      const element = node instanceof Element ? node : node?.parentElement;
      const within = element?.closest("[id], [data-signal], [data-chart]");
      return `${element?.tagName.toLowerCase()} in ${within?.id || within?.tagName.toLowerCase()}`;
    };
    new PerformanceObserver((list) => {
      for (const { value, sources = [] } of list.getEntries() as ShiftEntry[]) {
        counted.layoutShift = (counted.layoutShift ?? 0) + value;
        counted.moved?.push(...sources.map(({ node }) => nameOf(node)));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(url, { waitUntil: "load" });
  await page.waitForFunction(
    (charts) => document.querySelectorAll("[data-chart] svg.recharts-surface").length >= charts,
    CHARTS,
    { timeout: READY_WITHIN_MS },
  );
  await page.waitForLoadState("networkidle");
  // Two frames later the last of what was drawn has been laid out, and its shift reported.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const shift = await page.evaluate(() => {
    const { layoutShift = Number.NaN, moved = [] } = window as CountingWindow;
    return { layoutShift, moved };
  });
  const scripts = [...asked.values()].map(({ atSeconds, bytes }) => ({
    bytes,
    withPage: atSeconds < loadedAtSeconds,
  }));
  return { scripts, ...shift };
}

function scriptMeasures(scripts: readonly Script[]): Measure[] {
  const kilobytes = (some: readonly Script[]) => some.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
  const withPage = scripts.filter((script) => script.withPage);
  return [
    {
      part: PART,
      what: "JavaScript of the health page, compressed",
      value: kilobytes(withPage),
      unit: "kB",
      limit: { atMost: 170 },
      detail: `${withPage.length} files before the load event`,
    },
    {
      part: PART,
      what: "The same with the charts, which come after it",
      value: kilobytes(scripts),
      unit: "kB",
      detail: `${scripts.length} files`,
    },
  ];
}

/** Counts what a reader without JavaScript finds: the overall sentence, and the value of each signal. */
async function withoutScript(page: Page, { url }: BenchProcess, cookie: string): Promise<Measure> {
  await page.goto(url);
  const { view } = await health(url, cookie);
  const overall = await page.locator("[data-overall]").textContent();
  const found = [[view.overall.headline, view.overall.sentence].every((words) => overall?.includes(words))];
  for (const signal of view.signals) {
    const card = await page.locator(`[data-signal="${signal.id}"]`).textContent();
    found.push(card?.includes(bigValue(signal.reading, signal.unit).text) === true);
  }
  return {
    part: PART,
    what: "Verdict and five values in the page without JavaScript",
    value: found.filter(Boolean).length,
    unit: "of 6",
    limit: { atLeast: 6 },
    detail: `“${view.overall.sentence}” ${view.signals.map((signal) => `${signal.title} ${bigValue(signal.reading, signal.unit).text}`).join(", ")}`,
  };
}
