import { DrilledGuest, drilledDemoSchema } from "../drill/guest";
import { readRunningDemo } from "./running-demo";

const COMMANDS: Record<string, (guest: DrilledGuest, folder: string) => Promise<void>> = {
  apply: (guest) => guest.apply(),
  break: (guest) => guest.setGuest("unrouted"),
  repair: (guest) => guest.setGuest("routed"),
  "cut-relay": (guest) => guest.setRelay(false),
  "join-relay": (guest) => guest.setRelay(true),
  mails: (guest, folder) => guest.fetchMails(folder),
  remove: (guest) => guest.remove(),
  left: (guest) => guest.expectNothingLeft(),
};

/** `npm run demo -- drill`: what demo/drill/plan.yaml does to the running demo. @throws Error with a sentence */
export async function drill(words: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const [word = ""] = words;
  const command = COMMANDS[word];
  if (!command || words.length !== 1)
    throw new Error(`Usage: npm run demo -- drill ${Object.keys(COMMANDS).join("|")}`);
  const folder = environment.DRILL_MAILS ?? "";
  if (word === "mails" && folder === "") throw new Error("DRILL_MAILS names the folder for the mails.");
  await command(new DrilledGuest(drilledDemoSchema.parse(await readRunningDemo(environment))), folder);
  return "";
}
