import { defineConfig } from "@playwright/test";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const libraries = JSON.parse(process.env.CHROMIUM_LIBRARIES ?? "{}") as Record<string, string>;
// A Chromium that was unpacked rather than installed has no sandbox helper, and root may not use one.
const sandboxed = process.getuid?.() !== 0 && Object.keys(libraries).length === 0;

/** Walks that disturb others, or take minutes: each of these projects has a demo to itself. */
const APART: Record<string, string[]> = {
  // A capability that breaks, with what its owner is mailed.
  alert: ["alert-life.walk.ts"],
  // Mail that comes back or is refused, or is about two signals; a relay that takes none, a tenant that leaves for good.
  mail: [
    "bounce.walk.ts",
    "deletion-notice.walk.ts",
    "mistyped-address.walk.ts",
    "partial-recovery.walk.ts",
    "refused-mail.walk.ts",
    "relay.walk.ts",
  ],
  // Faults of the platform itself.
  faults: ["attribution.walk.ts", "hold.walk.ts"],
  // Faults of the portal.
  rehearsals: ["rehearsal.walk.ts"],
  // Every address of the build, asked as somebody with a script would.
  attack: ["attack.walk.ts", "attack-sessions.walk.ts"],
  // It starts a demo of its own, by the command that a reader of the README uses.
  drill: ["drill.walk.ts"],
};

/**
 * The projects are run one by one, by suite.mjs, each with a demo of its own (demo-under-test.ts): what fails in one keeps no
 * other from running. `npm test` runs main and alert, `npm run test:full` the others as well.
 */
export default defineConfig({
  testDir: ".",
  outputDir: "results/walks",
  globalSetup: "./demo-under-test.ts",
  projects: [
    { name: "main", testMatch: "*.walk.ts", testIgnore: Object.values(APART).flat() },
    ...Object.entries(APART).map(([name, testMatch]) => ({ name, testMatch })),
  ],
  // Apart from main, a project's files go one after the other: they change the same demo.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  // Upper bounds, for a machine of half the speed that has other work: what is awaited is a condition, never the time.
  timeout: 900_000,
  expect: { timeout: 60_000 },
  reporter: [["list"], ["json"]],
  use: {
    // What can't be clicked, and what is never asked for, ends its walk before it costs the run a quarter of an hour.
    actionTimeout: 180_000,
    screenshot: "only-on-failure",
    // No trace: on two cores it costs more than the walk itself. To get one, run with --trace on.
    trace: "off",
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
    launchOptions: {
      executablePath,
      chromiumSandbox: sandboxed,
      env: { ...process.env, ...libraries } as Record<string, string>,
      // Playwright itself switches background requests, updates and sync off.
      args: ["--no-pings"],
    },
  },
});
