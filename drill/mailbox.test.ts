import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Commands } from "./commands";
import { openMailbox } from "./mailbox";
import { openWireLog, type WireLog } from "./wire-log";

let folder: string;
let wire: WireLog;
let onLook: () => Promise<void>;
const signal = new AbortController().signal;
const commands: Commands = {
  run: async (name) => {
    expect(name).toBe("mails");
    await onLook();
  },
  try: () => Promise.reject(new Error("Nothing else is run.")),
};
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "drill-mails-"));
  wire = openWireLog(path.join(folder, "wire.jsonl"));
  onLook = async () => {};
});
afterEach(() => rm(folder, { recursive: true }));

const arrive = (name: string, subject: string) =>
  writeFile(
    path.join(folder, "mails", name),
    `From: <alerts@watchpost.example>\r\nTo: <owner@drill.example>\r\nMessage-ID: <${name}@watchpost.example>\r\nSubject: ${subject}\r\n\r\nALERT: Drill.\r\n`,
  );

test("takes no mail of an earlier drill for one of this", async () => {
  const mailbox = openMailbox(folder, commands, wire);
  onLook = () => arrive("old.eml", "before");
  await mailbox.ignorePresent(signal);
  onLook = () => arrive("new.eml", "now");
  const found = await mailbox.wait("mail", ({ text }) => text.startsWith("ALERT: "), 5_000, signal);
  expect(found).toMatchObject({ file: "mails/new.eml", subject: "now", to: ["owner@drill.example"] });
  await wire.close();
  const logged = (await readFile(path.join(folder, "wire.jsonl"), "utf8")).trim().split("\n");
  expect(logged.map((line) => JSON.parse(line).file)).toEqual(["mails/new.eml"]);
});

test("says what came instead when the mail doesn't", async () => {
  const mailbox = openMailbox(folder, commands, wire);
  const wait = () => mailbox.wait("mail about the alert", () => false, 0, signal);
  await expect(wait()).rejects.toThrow("No mail about the alert came within 0 min. No mail came at all.");
  onLook = () => arrive("other.eml", "Re: something");
  await expect(wait()).rejects.toThrow('What came: "Re: something".');
  await wire.close();
});
