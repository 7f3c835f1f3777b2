import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dashboardFiles } from "./dashboards";

// `npm run dashboards`, after panels.ts was changed.
for (const [name, text] of Object.entries(dashboardFiles())) {
  await writeFile(join(import.meta.dirname, name), text);
  process.stdout.write(`${name}\n`);
}
