import { expect, test } from "vitest";
import { unreadBounceLine, unreadBounceText } from "./unread-bounce";

test("a line of the list has when, its number, whose, which mail, how large and why", () => {
  const entry = {
    id: "7",
    receivedAtMs: Date.UTC(2026, 10, 29, 18, 4, 5),
    tenantId: "photos",
    mailId: "8a6e0804-2bd0-4672-b79d-d97027f9071a",
    size: 20_000,
    reason: "It can't be read: it has no text.",
  };
  expect(unreadBounceLine(entry)).toBe(
    "2026-11-29 18:04:05       7  photos                8a6e0804-2bd0-4672-b79d-d97027f9071a    20000 B  It can't be read: it has no text.",
  );
});

test("what is printed of a message obeys no terminal, and has no return path that somebody could write to", () => {
  const path = "bounces+0123456789abcdef0123456789abcdef.0123456789abcdef0123@w.example";
  const head = Buffer.from(`To: <${path}>\r\n\r\nHello\u001b[2J\u202e\u0000 \ud83d\ude00 \r`);
  expect(unreadBounceText(head)).toBe("To: <bounces+…@w.example>\n\nHello?[2J?? 😀 \n\n");
});
