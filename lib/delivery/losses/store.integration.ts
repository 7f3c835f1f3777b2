import { afterAll, beforeEach, expect, test } from "vitest";
import { startTestOutbox, testMail } from "@/testing/outbox";
import { createLosses } from "./store";

const db = await startTestOutbox();
const losses = createLosses(db.database);

afterAll(() => db.drop());
beforeEach(() => db.pool.query("TRUNCATE mail, address_health CASCADE"));

const AGE_MS = 120_000;
type Written = { id: string; tenantId: string; recipient: string };
const told = ({ id, tenantId, recipient }: Written) => ({
  id,
  tenantId,
  recipient,
  words: "250 Taken",
  ageMs: AGE_MS,
});
const rowOf = async ({ id }: Written) =>
  (
    await db.pool.query(
      `SELECT state, last_class, last_reply, lease_token,
         round(extract(epoch FROM now() - accepted_at) / 60)::int AS minutes FROM mail WHERE id = $1`,
      [id],
    )
  ).rows[0];

test("what a relay took is recorded again, also where its address was called bad or its lease is out", async () => {
  const [queued, sending, held] = [
    await testMail("photos"),
    await testMail("photos", { signal: "restarts" }),
    await testMail("photos", { signal: "error-rate" }),
  ];
  await db.write(sending);
  await db.outbox.leaseDue(1, 60);
  await db.write(queued, held);
  await db.pool.query("UPDATE mail SET state = 'held' WHERE id = $1", [held.id]);
  expect(await losses.recordAgain([queued, sending, held].map(told))).toBe(3);
  for (const mail of [queued, sending, held])
    expect(await rowOf(mail)).toEqual({
      state: "accepted",
      last_class: "accepted",
      last_reply: "250 Taken",
      lease_token: null,
      minutes: 2,
    });
  expect(await losses.recordAgain([queued, sending, held].map(told))).toBe(0);
});

test("a mail that goes to another address by now is no mail that the relay took", async () => {
  const mail = await testMail("photos");
  await db.write(mail);
  await db.pool.query("UPDATE tenant SET contact_address = 'new@photos.example' WHERE id = 'photos'");
  await db.outbox.readdressMails(20);
  await db.pool.query("UPDATE tenant SET contact_address = 'owner@photos.example' WHERE id = 'photos'");
  expect(await losses.recordAgain([told(mail)])).toBe(0);
  expect(await rowOf(mail)).toMatchObject({ state: "queued", last_class: null });
});

test("a row of another capability is never touched", async () => {
  const mail = await testMail("photos");
  await db.write(mail);
  expect(await losses.recordAgain([{ ...told(mail), tenantId: "tickets" }])).toBe(0);
  expect(await rowOf(mail)).toMatchObject({ state: "queued" });
});
