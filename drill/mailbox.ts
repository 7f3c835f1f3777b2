import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import PostalMime from "postal-mime";
import { withPictures } from "@/demo/mail/mailbox";
import type { Commands } from "./commands";
import type { WireLog } from "./wire-log";

const LOOK_EVERY_MS = 3_000;

export type DrillMail = {
  /** In the drill's folder, relative to it. */
  file: string;
  subject: string;
  to: string[];
  text: string;
  /** With its pictures put in; null where there is no HTML. */
  html: string | null;
  messageId: string;
  /** The mails that it answers, as its References says. */
  references: string[];
};

export type Mailbox = {
  /** Leaves out from now on what is there already: an earlier drill's mails say the same as this one's. */
  ignorePresent(signal: AbortSignal): Promise<void>;
  /** The first mail that fits, of those that came since. @throws Error that says what came instead, when none does in time */
  wait(
    what: string,
    fits: (mail: DrillMail) => boolean,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<DrillMail>;
};

/** @param folder the drill's own; the mails' is below it */
export function openMailbox(folder: string, commands: Commands, wire: WireLog): Mailbox {
  const known = new Map<string, DrillMail>();
  const ignored = new Set<string>();

  async function fetchFiles(signal: AbortSignal): Promise<string[]> {
    await mkdir(path.join(folder, "mails"), { recursive: true, mode: 0o700 });
    await commands.run("mails", signal);
    const names = (await readdir(path.join(folder, "mails"))).sort();
    return names.filter((name) => name.endsWith(".eml")).map((name) => `mails/${name}`);
  }

  async function look(signal: AbortSignal): Promise<DrillMail[]> {
    for (const file of await fetchFiles(signal)) {
      if (known.has(file) || ignored.has(file)) continue;
      const source = await readFile(path.join(folder, file));
      const mail = await readMail(file, source);
      known.set(file, mail);
      wire.mail({ file, messageId: mail.messageId, subject: mail.subject, sizeBytes: source.byteLength });
    }
    return [...known.values()];
  }

  return {
    async ignorePresent(signal) {
      for (const file of await fetchFiles(signal)) ignored.add(file);
    },
    async wait(what, fits, withinMs, signal) {
      const untilMs = performance.now() + withinMs;
      for (;;) {
        const found = (await look(signal)).find(fits);
        if (found) return found;
        if (performance.now() > untilMs) throw new Error(nothingCame(what, withinMs, [...known.values()]));
        await sleep(LOOK_EVERY_MS, undefined, { signal });
      }
    },
  };
}

function nothingCame(what: string, withinMs: number, others: DrillMail[]): string {
  const seen = others.map(({ subject }) => `"${subject}"`).join(", ");
  return `No ${what} came within ${Math.round(withinMs / 60_000)} min. ${seen === "" ? "No mail came at all." : `What came: ${seen}.`}`;
}

async function readMail(file: string, source: Buffer): Promise<DrillMail> {
  const mail = await PostalMime.parse(source);
  return {
    file,
    subject: mail.subject ?? "",
    to: (mail.to ?? []).flatMap(({ address }) => (address ? [address] : [])),
    text: mail.text ?? "",
    html: mail.html ? withPictures(mail.html, mail.attachments) : null,
    messageId: mail.messageId ?? "",
    references: (mail.references ?? "").split(/\s+/).filter(Boolean),
  };
}
