import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Upper bounds, for a machine of half the speed that has other work: what is awaited is a state, never the time. */
const PATIENT = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000, interval: 25 } },
};

// unit: pure, no services. integration: a real PostgreSQL and a real Prometheus, started by the tests themselves.
export default defineConfig({
  resolve: { alias: { "@": root } },
  test: {
    // Most of an integration test is waiting for real servers: more of them than processors keep the processors busy.
    maxWorkers: 3,
    env: {
      TZ: "Pacific/Chatham", // an odd zone, so that a test that leans on the machine's own falls over
      LOG_LEVEL: "fatal", // what goes wrong on purpose isn't news
    },
    projects: [
      {
        extends: true,
        // The limit is for a test that hangs; a loaded machine may take its time over a thousand random queries.
        test: {
          name: "unit",
          // Pure files share what they import: a process and a module graph for each file took as long as the tests themselves.
          // So a test that changes its process or the modules puts them back; what vitest can put back, it does.
          isolate: false,
          setupFiles: ["testing/late-imports.ts"],
          unstubEnvs: true,
          unstubGlobals: true,
          restoreMocks: true,
          include: [
            "{app,lib,components,alerting,server,bin,testing,setup,bench,chaos,drill,deploy,demo,e2e,prisma}/**/*.test.{ts,tsx}",
          ],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          globalSetup: "testing/postgres-of-run.ts",
          setupFiles: ["testing/next-globals.ts"],
          include: [
            "{app,lib,alerting,server,bin,testing,setup,bench,chaos,drill,deploy,demo,e2e,prisma}/**/*.integration.ts",
          ],
          ...PATIENT,
        },
      },
      {
        extends: true,
        // What takes minutes. Each has the machine to itself.
        test: {
          name: "full",
          setupFiles: ["testing/next-globals.ts"],
          include: [
            "{app,lib,alerting,server,bin,testing,setup,bench,chaos,drill,deploy,demo,e2e,prisma}/**/*.full.ts",
          ],
          fileParallelism: false,
          ...PATIENT,
        },
      },
    ],
  },
});
