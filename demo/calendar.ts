import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { Calendar } from "./calendar/calendar";
import {
  CALENDAR_STEPS,
  CalendarRefused,
  LEAVING_TENANT,
  parseCalendarChange,
  STEP_TEXTS,
} from "./calendar/steps";

const USAGE = `Usage: npm run demo:calendar -- STEP | DAYS | reset
       npm run demo:calendar -- list`;

/** What this command needs of running.json, which the demo writes once all of it runs. */
const runningSchema = z.object({
  database: z.url(),
  portalEnvironment: z.object({ DEFINITIONS_DIR: z.string() }),
});

/** `npm run demo:calendar`: says where the tenant stands that leaves the demo's platform, or puts its clock ahead. */
async function main(words: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const [to = ""] = words;
  if (words.length !== 1) throw new CalendarRefused(USAGE);
  const change = to === "list" ? null : parseCalendarChange({ to });
  const file = path.resolve(environment.DEMO_DATA_DIR || ".data/demo", "running.json");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null)
    throw new CalendarRefused("The demo doesn't run here. Start it first with: npm run demo");
  const { database, portalEnvironment } = runningSchema.parse(JSON.parse(text));
  const calendar = new Calendar({
    definitionsDir: portalEnvironment.DEFINITIONS_DIR,
    databaseUrl: database,
  });
  if (change === null) return listing(await calendar.standing(Date.now()));
  return `${LEAVING_TENANT}: ${await calendar.turnTo(change, Date.now())}`;
}

function listing(standing: string): string {
  const width = Math.max(...CALENDAR_STEPS.map(({ length }) => length));
  return [
    USAGE,
    "",
    `The steps of ${LEAVING_TENANT} on its way out:`,
    ...CALENDAR_STEPS.map((step) => `  ${step.padEnd(width)}  ${STEP_TEXTS[step].effect}`),
    "",
    "DAYS puts its clock so many days ahead of the announcement; reset goes back to it.",
    "",
    `Now: ${standing}`,
  ].join("\n");
}

main(process.argv.slice(2), process.env).then(
  (text) => process.stdout.write(`${text}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
