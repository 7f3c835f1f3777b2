import type { Page } from "@playwright/test";

declare global {
  interface Window {
    shifts: { value: number; what: string[] }[];
    violations: string[];
  }
}

/**
 * Notes from its first byte on what a page should never do: move what is on it, ask anybody else, miss a file, break a rule
 * of its own policy, complain on the console, or be wider than its window.
 */
export async function watchConduct(page: Page) {
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => origins.add(new URL(request.url()).origin));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.addInitScript(() => {
    window.shifts = [];
    window.violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      window.violations.push(`${violatedDirective} ${blockedURI}`),
    );
    type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        const what = entry.sources.map(({ node }) => (node?.textContent ?? "").slice(0, 60));
        window.shifts.push({ value: entry.value, what });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return {
    complaints,
    origins,
    shifts: () => page.evaluate(() => window.shifts),
    violations: () => page.evaluate(() => window.violations),
    /** Two frames: what changed last has been laid out and reported. */
    settled: () =>
      page.evaluate(
        () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
      ),
    sidewaysPx: () => sidewaysPx(page),
  };
}

/** By how many pixels the page is wider than its window. */
export function sidewaysPx(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
