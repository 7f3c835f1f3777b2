import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { composeMail, newMessageId, threadRootOf } from "@/lib/delivery/message";
import { EXAMPLES } from "./examples.fixture";
import { renderMail } from "./render";

/** Writes each kind of mail as .txt, .html with its pictures in it, and .eml, from the example contents. */
async function main(): Promise<void> {
  const [target] = process.argv.slice(2);
  if (!target) throw new Error("Say where the files shall go: npm run mail:preview -- OUTDIR");
  const folder = resolve(target);
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(EXAMPLES)) {
    const mail = await renderMail(content);
    const composed = await composeMail({
      from: "Watchpost <watchpost@watchpost.example>",
      to: "owner@photos.example",
      subject: mail.subject,
      messageId: newMessageId("watchpost.example"),
      date: new Date(content.atMs),
      threadRoot: content.thread && threadRootOf(content.thread.id, "watchpost.example"),
      text: mail.text,
      html: mail.html,
      images: mail.images.map(({ cid, png }, index) => ({
        cid,
        filename: `chart-${index + 1}.png`,
        contentType: "image/png",
        content: png,
      })),
    });
    const standalone = mail.images.reduce(
      (html, { cid, png }) =>
        html.replaceAll(`cid:${cid}`, `data:image/png;base64,${png.toString("base64")}`),
      mail.html,
    );
    await writeFile(join(folder, `${name}.txt`), mail.text);
    await writeFile(join(folder, `${name}.html`), standalone);
    await writeFile(join(folder, `${name}.eml`), composed.raw);
    console.log(`${name}: ${mail.subject} (${Math.ceil(composed.raw.byteLength / 1024)} kB)`);
  }
  console.log(`Written to ${folder}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
