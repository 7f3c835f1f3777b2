import { readFile } from "node:fs/promises";
import path from "node:path";
import { DrilledGuest, drilledDemoSchema } from "./drill/guest";

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

/** `npm run demo:drill`: what demo/drill/plan.yaml has done to the running demo. */
async function main(words: string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const [word = ""] = words;
  const command = COMMANDS[word];
  if (!command || words.length !== 1)
    throw new Error(`Usage: npm run demo:drill -- ${Object.keys(COMMANDS).join("|")}`);
  const folder = environment.DRILL_MAILS ?? "";
  if (word === "mails" && folder === "") throw new Error("DRILL_MAILS names the folder for the mails.");
  const file = path.resolve(environment.DEMO_DATA_DIR || ".data/demo", "running.json");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) throw new Error("The demo doesn't run here. Start it first with: npm run demo");
  await command(new DrilledGuest(drilledDemoSchema.parse(JSON.parse(text))), folder);
}

main(process.argv.slice(2), process.env).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
