import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dashboardFiles } from "./dashboards";

/** Writes the dashboards beside this file. @returns their names */
export async function writeDashboards(): Promise<string[]> {
  const files = Object.entries(dashboardFiles());
  for (const [name, text] of files) await writeFile(join(import.meta.dirname, name), text);
  return files.map(([name]) => name);
}
