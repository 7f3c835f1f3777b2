import PostalMime from "postal-mime";
import { expect, test } from "vitest";
import { composeMail } from "../message";
import { readdressed } from "./readdressed";

const content = {
  from: "Watchpost <alerts@watchpost.example>",
  subject: "Überlast ".repeat(12),
  messageId: "<one@watchpost.example>",
  date: new Date(0),
  threadRoot: "<episode.1@watchpost.example>",
  text: "To: nobody@else.example\r\n\r\nIt is slow.",
  html: "<p>It is slow.</p>",
};
const LONG = `${"a".repeat(60)}@${"photos.".repeat(8)}example`;

test.each([
  ["old@photos.example", "new@photos.example"],
  [LONG, "new@photos.example"],
  ["old@photos.example", LONG],
  [null, "new@photos.example"],
  ["old@photos.example", null],
])("a mail to %s becomes the same mail to %s, and nothing else of it changes", async (from, to) => {
  const { raw } = await composeMail({ ...content, to: from });
  const mail = await PostalMime.parse(readdressed(raw, { to, messageId: "<two@watchpost.example>" }));
  const before = await PostalMime.parse(raw);
  expect(mail.to?.map(({ address }) => address)).toEqual(to === null ? undefined : [to]);
  expect(mail.messageId).toBe("<two@watchpost.example>");
  const rest = ({ to: _, messageId: __, headers: ___, headerLines: ____, ...mail }: typeof before) => mail;
  expect(rest(mail)).toEqual(rest(before));
  const others = ({ headers }: typeof before) => headers.filter(({ key }) => !/^(to|message-id)$/.test(key));
  expect(others(mail)).toEqual(others(before));
});
