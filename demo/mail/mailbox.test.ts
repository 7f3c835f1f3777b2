import { expect, test } from "vitest";
import { createMailbox } from "./mailbox";

const envelope = { from: "", to: ["a@b.example"] };
const mail = (subject: string, length = 0) => Buffer.from(`Subject: ${subject}\r\n\r\n${"x".repeat(length)}`);

test("the oldest mails are let go beyond the count", async () => {
  const mailbox = createMailbox({ messages: 2, bytes: 1_000 });
  for (const subject of ["1", "2", "3"]) await mailbox.receive(mail(subject), envelope, 0);
  expect(mailbox.list().map(({ subject }) => subject)).toEqual(["3", "2"]);
});

test("the oldest mails are let go beyond the bytes, and the newest always stays", async () => {
  const mailbox = createMailbox({ messages: 10, bytes: 500 });
  await mailbox.receive(mail("small"), envelope, 0);
  await mailbox.receive(mail("large", 5_000), envelope, 0);
  expect(mailbox.list().map(({ subject }) => subject)).toEqual(["large"]);
});

test("a text that is no mail is kept all the same", async () => {
  const mailbox = createMailbox({ messages: 2, bytes: 1_000 });
  expect(await mailbox.receive(Buffer.from([0, 255, 13, 10]), envelope, 0)).toMatchObject({
    subject: "",
    from: "",
  });
});
