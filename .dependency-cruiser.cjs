// The doors of the house. ARCHITECTURE.md says why; a test writes a deliberate breach of each and expects it found.
const outside =
  "^(app|components|alerting|server|bin|testing|setup|demo|deploy|bench|chaos|drill|e2e|prisma/(?!generated))/";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "lib-imports-lib-only",
      comment: "lib never imports routes, UI or processes.",
      severity: "error",
      from: { path: "^lib/", pathNot: "\\.(test|integration)\\.tsx?$" },
      to: { path: outside },
    },
    {
      name: "components-know-props",
      comment:
        "Components take props: pure files of lib, never a source of data. Their tests take views from testing/.",
      severity: "error",
      from: { path: "^components/", pathNot: "\\.test\\.tsx?$" },
      to: {
        path: [
          "^(app|alerting|server|bin|testing|setup|demo|bench|chaos|drill|e2e|prisma)/",
          "^lib/infra/(db|env|log)\\.ts$",
          "^lib/[a-z-]+/store\\.ts$",
          "^lib/prometheus/client\\.ts$",
        ],
      },
    },
    {
      name: "app-goes-through-lib",
      severity: "error",
      from: { path: "^app/" },
      to: { path: "^(alerting|server|bin|testing|setup|demo|bench|chaos|drill|e2e|prisma)/" },
    },
    {
      name: "alerting-imports-lib-only",
      comment: "The worker shares words and rules with the pages through lib, never through components.",
      severity: "error",
      from: { path: "^alerting/", pathNot: "\\.(test|integration)\\.ts$" },
      to: { path: "^(app|components|server|bin|testing|setup|demo|bench|chaos|drill|e2e|prisma)/" },
    },
    {
      name: "database-behind-stores",
      comment: "Only store files and lib/infra/db.ts touch the database.",
      severity: "error",
      from: {
        path: "^(app|components|lib|alerting)/",
        pathNot: ["/store\\.ts$", "^lib/infra/db\\.ts$", "\\.integration\\.ts$"],
      },
      to: { path: "^lib/infra/db\\.ts$|^prisma/generated/|node_modules/(pg|@prisma)/" },
    },
    {
      name: "pure-files-know-no-store",
      comment: "Types and pure functions never reach a store; the files that may are named here.",
      severity: "error",
      from: {
        path: "^lib/",
        pathNot: [
          "/(store|session|open-session|sign-in|sign-out|back-channel|front-channel|readiness|main|commands)\\.ts$",
          "/read-[a-z-]+\\.ts$",
          "\\.integration\\.ts$",
        ],
      },
      to: { path: "^lib/[a-z-]+/store\\.ts$" },
    },
    {
      name: "scope-is-minted-twice",
      comment:
        "The proof of a tenant is made from a verified session, and (in alerting) from the row worked on.",
      severity: "error",
      from: {
        pathNot: [
          "^lib/tenancy/session\\.ts$",
          "^alerting/(render/turn|data-migrations/data-migrations)\\.ts$",
          "\\.(test|integration)\\.ts$",
          "^(testing|bench)/",
        ],
      },
      to: { path: "^lib/tenant/mint\\.ts$" },
    },
    {
      name: "prometheus-behind-its-client",
      comment: "Routes and UI read signals; they don't ask Prometheus.",
      severity: "error",
      from: { path: "^(app|components)/" },
      to: { path: "^lib/(prometheus|promql)/" },
    },
    {
      name: "promql-is-pure",
      severity: "error",
      from: { path: "^lib/promql/", pathNot: "\\.(test|integration)\\.ts$" },
      to: { path: "^lib/", pathNot: "^lib/promql/|^lib/tenant/scope\\.ts$" },
    },
    {
      name: "fleet-for-alerting-only",
      comment: "Every tenant at once is asked by the evaluator alone.",
      severity: "error",
      from: { pathNot: "^(alerting|testing|bench)/|^lib/(promql|prometheus)/fleet[a-z.-]*\\.ts$" },
      to: { path: "^lib/(promql|prometheus)/fleet\\.ts$" },
    },
    {
      name: "next-auth-behind-tenancy",
      severity: "error",
      from: { path: "^(app|components|lib|alerting)/", pathNot: "^lib/tenancy/" },
      to: { path: "node_modules/next-auth/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|prisma/generated" },
    exclude: { path: "^(\\.next|\\.data)/|^next-env\\.d\\.ts$" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".cjs", ".js", ".json"],
    },
  },
};
