import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { exampleMails } from "@/alerting/mail/example-mails";

/** Writes each kind of mail as .txt, .html with its pictures in it, and .eml, from the example contents. */
async function main(): Promise<void> {
  const [target] = process.argv.slice(2);
  if (!target) throw new Error("Say where the files shall go: npm run mail:preview -- OUTDIR");
  const folder = resolve(target);
  await mkdir(folder, { recursive: true });
  for (const { name, rendered, raw } of await exampleMails()) {
    const standalone = rendered.images.reduce(
      (html, { cid, png }) =>
        html.replaceAll(`cid:${cid}`, `data:image/png;base64,${png.toString("base64")}`),
      rendered.html,
    );
    await writeFile(join(folder, `${name}.txt`), rendered.text);
    await writeFile(join(folder, `${name}.html`), standalone);
    await writeFile(join(folder, `${name}.eml`), raw);
    console.log(`${name}: ${rendered.subject} (${Math.ceil(raw.byteLength / 1024)} kB)`);
  }
  console.log(`Written to ${folder}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
