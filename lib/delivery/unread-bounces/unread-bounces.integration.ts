import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";

let db: TestOutbox;
beforeAll(async () => {
  db = await startTestOutbox();
  for (const tenant of ["photos", "tickets"]) {
    const mail = await testMail(tenant);
    await db.write(mail);
    const unread = {
      action: "unreadable",
      status: null,
      detail: "It names nobody.",
      addressIsBad: false,
    } as const;
    const head = Buffer.from(`Subject: to ${tenant}\r\n\r\nSorry\u001b[2J`);
    await db.outbox.markBounce(mail.id, unread, { head, size: 30_000 });
  }
});
afterAll(() => db.drop());

async function command(...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "bin/unread-bounces.ts", ...args], {
    env: { ...process.env, DATABASE_URL: db.url },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      text += chunk;
    });
  const [code] = await once(child, "close");
  return { code, text };
}

test("npm run unread-bounces lists what came back, of everybody or of one tenant, and shows one", async () => {
  const all = await command();
  expect(all.code).toBe(0);
  expect(all.text).toMatch(/^\S+ \S+ +\d+ {2}photos .+ 30000 B {2}It names nobody\.\n.+tickets.+\n$/);
  const one = await command("--tenant", "tickets");
  const [, id = ""] = /^\S+ \S+ +(\d+) {2}tickets .+\n$/.exec(one.text) ?? [];
  expect((await command("--show", id)).text).toMatch(/tickets .+\n\nSubject: to tickets\n\nSorry\?\[2J\n$/);
  expect(await command("--show", "999")).toMatchObject({
    code: 2,
    text: expect.stringContaining("no unread bounce 999"),
  });
});

test("npm run unread-bounces refuses what it can't read, and says how it is used", async () => {
  for (const args of [
    ["--since", "soon"],
    ["--show", "x"],
    ["--tenant", "A B"],
  ]) {
    const { code, text } = await command(...args);
    expect(code).toBe(2);
    expect(text).toContain("npm run unread-bounces -- --help");
  }
});
