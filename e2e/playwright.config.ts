import { defineConfig } from "@playwright/test";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const libraries = JSON.parse(process.env.CHROMIUM_LIBRARIES ?? "{}") as Record<string, string>;
// A Chromium that was unpacked rather than installed has no sandbox helper, and root may not use one.
const sandboxed = process.getuid?.() !== 0 && Object.keys(libraries).length === 0;

export default defineConfig({
  testDir: ".",
  testMatch: "*.walk.ts",
  outputDir: "results/walks",
  globalSetup: "./demo-under-test.ts",
  // What disturbs others goes last, one after the other: a capability that breaks, with what its owner is mailed; a relay that
  // takes no mail; faults of the platform itself; at the very end faults of the
  // portal.
  projects: [
    {
      name: "walks",
      workers: 2,
      testIgnore: [
        "alert-life.walk.ts",
        "attribution.walk.ts",
        "bounce.walk.ts",
        "drill.walk.ts",
        "hold.walk.ts",
        "rehearsal.walk.ts",
        "relay.walk.ts",
      ],
    },
    { name: "mails", testMatch: ["alert-life.walk.ts", "bounce.walk.ts"], dependencies: ["walks"] },
    { name: "relay", testMatch: "relay.walk.ts", dependencies: ["mails"] },
    { name: "faults", testMatch: "attribution.walk.ts", dependencies: ["relay"] },
    { name: "incident", testMatch: "hold.walk.ts", dependencies: ["faults"] },
    { name: "rehearsals", testMatch: "rehearsal.walk.ts", dependencies: ["incident"] },
    // It waits most of the time, in a demo of its own beside the others.
    { name: "drill", testMatch: "drill.walk.ts" },
  ],
  workers: 3,
  retries: 0,
  forbidOnly: true,
  // Upper bounds, for a machine that has other work: what is awaited is a condition, never the time.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["json"]],
  use: {
    screenshot: "only-on-failure",
    // No trace: on two cores it costs more than the walk itself. Whoever needs one asks for it with --trace on.
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
