import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exampleMails } from "./example-mails";

/**
 * Writes each kind of mail as .txt, as .html with its pictures in it, and as .eml, from the example contents.
 * @param folder is made where there is none
 * @returns a line about each
 */
export async function writeExampleMails(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  for (const { name, rendered, raw } of await exampleMails()) {
    const standalone = rendered.images.reduce(
      (html, { cid, png }) =>
        html.replaceAll(`cid:${cid}`, `data:image/png;base64,${png.toString("base64")}`),
      rendered.html,
    );
    await writeFile(join(folder, `${name}.txt`), rendered.text);
    await writeFile(join(folder, `${name}.html`), standalone);
    await writeFile(join(folder, `${name}.eml`), raw);
    lines.push(`${name}: ${rendered.subject} (${Math.ceil(raw.byteLength / 1024)} kB)`);
  }
  return lines;
}
