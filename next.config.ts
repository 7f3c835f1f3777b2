import type { NextConfig } from "next";
// With its extension: Node 22.18 and later read this file themselves, and resolve imports as modules do.
import { PHASE_PRODUCTION_BUILD } from "next/constants.js";

/** Headers of every answer, static files too, that don't depend on the request. */
const FIXED_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy":
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
};

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // A link to a page that doesn't exist is a type error.
  typedRoutes: true,
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
 */
export default function configOf(phase: string): NextConfig {
  if (phase !== PHASE_PRODUCTION_BUILD) return config;
  return {
    ...config,
    output: "standalone",
    // /readyz compares the database with them.
    outputFileTracingIncludes: { "/readyz": ["./prisma/migrations/**"] },
  };
}
