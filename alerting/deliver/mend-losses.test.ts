import { expect, test } from "vitest";
import type { LeasedMail, MailKind, NewMail } from "@/lib/delivery/mail";
import { lostRecordMail } from "./lost-record";
import { createLossMending } from "./mend-losses";

const mail = (
  threadId: string | null,
  kind: MailKind = "firing",
  id = `${threadId}-${kind}`,
): LeasedMail => ({
  id,
  tenantId: "photos",
  kind,
  recipient: "owner@photos.example",
  threadId,
  isMisaddressed: false,
  isShort: false,
  raw: Buffer.alloc(0),
  attempts: 1,
  leaseToken: "x",
});

/** A database that has lost some threads, and a process that remembers what left. */
function world(lost: string[]) {
  const asked: string[][] = [];
  const again: string[][] = [];
  const written: NewMail[] = [];
  const state = { nowMs: 0 };
  const sender = { mailFrom: "Watchpost <alerts@watchpost.example>", portalUrl: "https://watchpost.example" };
  const mending = createLossMending({
    losses: {
      recordAgain: async (mails) => again.push(mails.map(({ id }) => id)),
      lostThreads: async (threads) => {
        asked.push(threads.map(({ threadId }) => threadId));
        return threads
          .filter(({ threadId }) => lost.includes(threadId))
          .map((thread) => ({ ...thread, name: "Photos", timeZone: "UTC" }));
      },
    },
    enqueue: async (mails) => {
      written.push(...mails);
      lost.length = 0; // its thread is known again by the mail that ends it
    },
    endOf: (thread, told) => lostRecordMail(thread, told, sender),
    clock: { nowMs: () => state.nowMs },
  });
  return { mending, asked, again, written, state };
}

test("an owner who was told that an alert fires gets a mail that ends the thread when its record is lost, once", async () => {
  const { mending, written, again } = world(["lost"]);
  mending.remember(mail("lost"), "250 ok");
  mending.remember(mail("kept"), "250 ok");
  expect(await mending.mend()).toBe(1);
  expect(await mending.mend()).toBe(0);
  expect(again[0]).toEqual(["lost-firing", "kept-firing"]);
  expect(written).toMatchObject([
    { tenantId: "photos", threadId: "lost", recipient: "owner@photos.example", kind: "cancelled" },
  ]);
  const raw = String(written[0]?.raw).replaceAll("=\r\n", "");
  expect(raw).toMatch(/^Subject: \[Watchpost: no record\] Photos\r?$/m);
  expect(raw).toContain("References: <episode.lost@watchpost.example>");
  expect(raw).toContain("https://watchpost.example/alerts");
});

test.each(["recovered", "expired", "cancelled", "fired-and-recovered"] as const)(
  "a thread that ended with %s needs no end, though its record is lost",
  async (kind) => {
    const { mending, written } = world(["lost"]);
    mending.remember(mail("lost"), "250 ok");
    mending.remember(mail("lost", kind), "250 ok");
    expect(await mending.mend()).toBe(0);
    expect(written).toEqual([]);
  },
);

test("without mails of the last ten minutes, and for mails of no thread, the database isn't asked", async () => {
  const { mending, asked, again, state } = world(["lost"]);
  expect(await mending.mend()).toBe(0);
  mending.remember(mail("lost"), "250 ok");
  state.nowMs = 600_000;
  expect(await mending.mend()).toBe(0);
  expect([asked, again]).toEqual([[], []]);
});
