// @ts-check
// Plain JavaScript: to read a config in TypeScript `next start` loads its whole compiler, some 25 MB for as long as it runs.
import { PHASE_PRODUCTION_BUILD } from "next/constants.js";
import { FIXED_HEADERS } from "./lib/doorway/fixed-headers.mjs";

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // prom-client: one registry for the whole process. Bundled, each route would count in a copy of its own that /metrics never sees.
  // zod: each bundle would hold its text again.
  serverExternalPackages: ["prom-client", "zod"],
  // Fixed when the build is made; what depends on the environment is set by proxy.ts.
  headers: async () => [
    {
      source: "/:path*",
      headers: Object.entries(FIXED_HEADERS).map(([key, value]) => ({ key, value })),
    },
  ],
  // Browsers ask for this by themselves on whatever names no icon: the pages that hand a sign-in on, an answer in JSON.
  rewrites: async () => [{ source: "/favicon.ico", destination: "/favicon.svg" }],
};

/**
 * Each build brings the server for the image as well (.next/standalone). To `next start` it is an ordinary build: asked then, this
 * setting would only make it warn.
 * @param {string} phase
 * @returns {import("next").NextConfig}
 */
export default (phase) =>
  phase === PHASE_PRODUCTION_BUILD
    ? {
        ...config,
        output: "standalone",
        // /readyz compares the database with them.
        outputFileTracingIncludes: { "/readyz": ["./prisma/migrations/**"] },
      }
    : config;
