import { writeDashboards } from "@/deploy/observability/write-dashboards";

// npx tsx bin/write-dashboards.ts writes the dashboards anew, after deploy/observability/panels.ts was changed.
for (const name of await writeDashboards()) process.stdout.write(`${name}\n`);
