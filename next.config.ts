import type { NextConfig } from "next";

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
  // The server that `npm start` and the image run: .next/standalone, which setup/build.mjs completes.
  output: "standalone",
  // Next looks for the topmost folder with a lock file, and would put the server elsewhere where a clone lies in another project.
  outputFileTracingRoot: import.meta.dirname,
  // /readyz compares the database with them.
  outputFileTracingIncludes: { "/readyz": ["./prisma/migrations/**"] },
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

export default config;
