import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { drawExampleMails } from "@/alerting/mail/example-pictures";
import { writeExampleMails } from "@/alerting/mail/write-example-mails";

// npx tsx bin/mail-preview.ts FOLDER [--pictures] writes every kind of mail, to be looked at.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { pictures: { type: "boolean", default: false } },
});
const [target] = positionals;
if (target) {
  const folder = resolve(target);
  const lines = await writeExampleMails(folder);
  if (values.pictures) {
    const drawn = await drawExampleMails(folder, process.env.CHROMIUM_PATH ?? "/usr/bin/chromium");
    lines.push(`${drawn} pictures: phone and desktop, light and dark.`);
  }
  process.stdout.write(`${[...lines, `Written to ${folder}.`].join("\n")}\n`);
} else {
  process.stderr.write("Name the folder for the files: npx tsx bin/mail-preview.ts FOLDER [--pictures]\n");
  process.exitCode = 2;
}
