import { resolve } from "node:path";
import { writeExampleMails } from "@/alerting/mail/write-example-mails";

// npx tsx bin/mail-preview.ts FOLDER writes every kind of mail, to be looked at.
const [target] = process.argv.slice(2);
if (target) {
  const folder = resolve(target);
  const lines = await writeExampleMails(folder);
  process.stdout.write(`${[...lines, `Written to ${folder}.`].join("\n")}\n`);
} else {
  process.stderr.write("Name the folder for the files: npx tsx bin/mail-preview.ts FOLDER\n");
  process.exitCode = 2;
}
