import { z } from "zod";
import { Calendar } from "../calendar/calendar";
import {
  CALENDAR_STEPS,
  CalendarRefused,
  LEAVING_TENANT,
  parseCalendarChange,
  STEP_TEXTS,
} from "../calendar/steps";
import { readRunningDemo } from "./running-demo";

const USAGE = `Usage: npm run demo -- calendar STEP | DAYS | reset
       npm run demo -- calendar list`;

/** What this command needs of running.json, which the demo writes once all of it runs. */
const runningSchema = z.object({
  database: z.url(),
  portalEnvironment: z.object({ DEFINITIONS_DIR: z.string() }),
});

/**
 * `npm run demo -- calendar`: says how far the leaving tenant of the demo's platform is, or puts its clock ahead.
 * @throws Error with a sentence
 */
export async function calendar(words: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const [to = ""] = words;
  if (words.length !== 1) throw new CalendarRefused(USAGE);
  const change = to === "list" ? null : parseCalendarChange({ to });
  const { database, portalEnvironment } = runningSchema.parse(await readRunningDemo(environment));
  const standing = new Calendar({
    definitionsDir: portalEnvironment.DEFINITIONS_DIR,
    databaseUrl: database,
  });
  if (change === null) return listing(await standing.standing(Date.now()));
  return `${LEAVING_TENANT}: ${await standing.turnTo(change, Date.now())}`;
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
