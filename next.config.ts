import type { NextConfig } from "next";
import { MAX_BODY_BYTES } from "./lib/doorway/body-limit";
import { FIXED_HEADERS } from "./lib/doorway/fixed-headers";

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
  // `npm run verify` checks the types of the whole tree. A build would check all of them again, which takes most of its time.
  typescript: { ignoreBuildErrors: true },
  // Nobody here needs it: the images are SVG.
  images: { unoptimized: true },
  // What Next keeps of a body for proxy.ts. The door refuses longer ones before (lib/doorway/body-limit.ts).
  experimental: { proxyClientMaxBodySize: MAX_BODY_BYTES },
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
