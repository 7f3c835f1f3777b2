import { describe, expect, test } from "vitest";
import { MIGRATION_MAIL_KINDS } from "@/lib/delivery/mail";
import { expectInOrder, readHtml } from "./mail.fixture";
import type { MigrationMailContent } from "./migration";
import { MIGRATION_EXAMPLES } from "./migrations.fixture";
import { renderMigrationMail } from "./render";
import { textColumnsOf } from "./text";

const example = (name: string): MigrationMailContent => {
  const found = MIGRATION_EXAMPLES[name];
  if (!found) throw new Error(`There is no example named ${name}.`);
  return found;
};

const FAR = "85,211 of 181,300 tickets (47 %)";
/** What each says, in this order: in the text and in the HTML alike. */
const SAYS: Record<string, { subject: string; says: string[] }> = {
  "migration-failed": {
    subject: "[Watchpost] Migration failed: Tickets of the old desk (47 %)",
    says: [
      "Migration failed: Tickets of the old desk (47 %), Ticket Desk.",
      "The job failed.",
      `Progress ${FAR}`,
      "Last error “old-desk.example:5432 closed the connection, and refused three new ones”, 21 Nov 14:02 CET (13:02 UTC)",
      "Errors 2",
      "Ended 21 Nov 14:03 CET (13:03 UTC)",
      "Started 21 Nov 05:03 CET (04:03 UTC)",
      "Duration 9 h",
      "Source old-desk.example, the database desk",
      "The platform doesn't clean up, retry or continue by itself.",
      "You decide how to go on, and say so on the issue. Four plans are ready on this migration's page.",
      "The operator carries your plan out.",
      "Before it runs again, the destination must be empty.",
    ],
  },
  "migration-failed-mute": {
    subject: "[Watchpost] Migration failed: Tickets of the old desk",
    says: ["Progress The job reported no progress.", "Ended by 21 Nov 14:03 CET", "has removed the job"],
  },
  "migration-succeeded": {
    subject: "[Watchpost] Migration succeeded: Tickets of the old desk",
    says: [
      "The job reports that it succeeded. Check that the data is right.",
      "181,300 of 181,300 tickets (100 %)",
      "Last error",
      "at a time that the job's clock puts in the future",
      "You check that the data is right",
      "You say on the issue that it is, or what is missing.",
      "The operator then closes the issue",
    ],
  },
  "migration-gone": {
    subject: "[Watchpost] Migration gone: Tickets of the old desk (47 %)",
    says: [
      "The job no longer exists, and never reported how it ended.",
      `Progress ${FAR}`,
      "Last seen 21 Nov 13:46 CET (12:46 UTC)",
      "Seen for 8 h 43 min",
      "The operator knows what happened to the job.",
    ],
  },
  "migration-stalled": {
    subject: "[Watchpost] Migration stalled: Tickets of the old desk (47 %)",
    says: [
      "The job is running, but its counts haven't changed for a while.",
      `Progress ${FAR}`,
      "Stalled since 21 Nov 13:25 CET (12:25 UTC), for 42 min",
      "Running for 9 h 4 min",
      "Hours or days are normal; there is no deadline. It may go on by itself.",
      "You need to do nothing.",
      "When it ends, a mail says so.",
    ],
  },
};
const FOOT = ["source of truth; e-mail is a best-effort nudge", "This address was recorded for Ticket Desk"];

test("there is an example of every kind, and words expected of every example", () => {
  const kinds = new Set(Object.values(MIGRATION_EXAMPLES).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...MIGRATION_MAIL_KINDS].sort());
  expect(Object.keys(SAYS).sort()).toEqual(Object.keys(MIGRATION_EXAMPLES).sort());
});

describe.each(Object.entries(SAYS))("a mail of %s", (name, { subject, says }) => {
  test("says the same in its text and its HTML, and leads to the issue, the run and the switch", async () => {
    const mail = await renderMigrationMail(example(name));
    expect(mail.subject).toBe(subject);
    expectInOrder(mail.text, [...says, ...FOOT]);
    const html = readHtml(mail.html);
    expectInOrder(html.text, [...says, ...FOOT]);
    expect(html.faults).toEqual([]);
    for (const url of [
      "https://github.com/example/infra/issues/62",
      "https://watchpost.example/migration?run=migrate-tickets.1795230180",
      "https://watchpost.example/migration#mails",
    ]) {
      expect(mail.text).toContain(`${url}\n`);
      expect(mail.html).toContain(`href="${url}"`);
    }
    for (const line of mail.text.split("\n"))
      if (!line.includes("://")) expect(textColumnsOf(line), line).toBeLessThanOrEqual(78);
  });
});

test("the times are written in the tenant's zone, with UTC beside them", async () => {
  const mail = await renderMigrationMail({ ...example("migration-failed"), timeZone: "America/New_York" });
  expect(mail.text).toContain("21 Nov 08:03 EST (13:03 UTC)");
});

test.each([
  "Photos\r\nBcc: everyone@example.org\r\n\r\nHello",
  `<script>alert(1)</script><img src=x onerror=alert(1)>`,
  "Photos \u202egnp.exe\u2066",
  "A".repeat(10_240),
])("whatever a title, a source and a job's error hold (%#), it stays text", async (text) => {
  const base = example("migration-failed");
  const plain = await renderMigrationMail(base);
  const known = readHtml(plain.html);
  const migration = { ...base.run.migration, title: text, source: text, items: text };
  const mail = await renderMigrationMail({
    ...base,
    capability: { id: "tickets", name: text },
    run: {
      ...base.run,
      migration: { ...migration, issueUrl: "javascript:alert(1)" },
      lastError: { text, atMs: 0 },
    },
  });
  expect(mail.subject).toMatch(/^\[Watchpost\] [^\p{Cc}\p{Cf}]+$/u);
  expect(mail.text).not.toMatch(/^Bcc:/m);
  for (const part of [mail.text, mail.html])
    expect(part).not.toMatch(/[\u202a-\u202e\u2066\u2067\r]|javascript:/);
  const { faults, elements } = readHtml(mail.html);
  expect(faults).toEqual([]);
  for (const element of elements) expect(known.elements).toContain(element);
});
