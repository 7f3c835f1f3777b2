import { readFile } from "node:fs/promises";
import path from "node:path";

/** What a command says where there is no demo to talk to. */
export const NO_DEMO = "The demo doesn't run here. Start it first with: npm run demo";

/**
 * What the demo of a data folder wrote when all of it ran: where everything is.
 * @throws Error where none runs
 */
export async function readRunningDemo(environment: NodeJS.ProcessEnv): Promise<unknown> {
  const file = path.resolve(environment.DEMO_DATA_DIR || ".data/demo", "running.json");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) throw new Error(NO_DEMO);
  return JSON.parse(text);
}
