import type { NextConfig } from "next";
import { PHASE_PRODUCTION_BUILD } from "next/constants";
import { FIXED_HEADERS } from "./lib/doorway/headers";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // One registry for the whole process: bundled, each route would count in a copy of its own that /metrics never sees.
  serverExternalPackages: ["prom-client"],
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
 */
export default (phase: string): NextConfig =>
  phase === PHASE_PRODUCTION_BUILD
    ? {
        ...config,
        output: "standalone",
        // /readyz compares the database with them.
        outputFileTracingIncludes: { "/readyz": ["./prisma/migrations/**"] },
      }
    : config;
