import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "@/testing/any-text";
import { BackupError, headText, partText, readBackupParts, tailText } from "./format";

const head = {
  madeAt: "2026-11-21T18:00:00.000Z",
  migrations: ["1_first"],
  boundary: "0123456789abcdef0123456789abcdef",
};
const tail = { rows: { tenant: 2 } };
const fileOf = (parts: string[]) =>
  headText(head) + parts.map((sql) => partText(head, sql)).join("") + tailText(head, tail);

async function read(text: string, pieceLength: number) {
  async function* pieces() {
    for (let at = 0; at < text.length; at += pieceLength) yield text.slice(at, at + pieceLength);
  }
  const found: unknown[] = [];
  for await (const part of readBackupParts(pieces())) found.push(part);
  return found;
}
const failure = (text: string) =>
  read(text, 7).then(
    () => "read",
    (error: unknown) => (error instanceof BackupError ? error.message : "another error"),
  );

test("a backup reads back as it was written, whatever is in it and in whatever pieces it comes", async () => {
  const sql = fc.oneof(
    anyText(),
    fc.constantFrom("\n-- ", "-- 0123456789abcdef", "a\r\nb", " end\n", "INSERT INTO a VALUES ('\n');"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(sql), fc.integer({ min: 1, max: 90 }), async (parts, pieceLength) => {
      const found = await read(fileOf(parts), pieceLength);
      expect(found).toEqual([{ head }, ...parts.map((part) => ({ sql: part })), { tail }]);
    }),
    { numRuns: 50 },
  );
});

test("a backup that was cut short anywhere is refused", async () => {
  const whole = fileOf(["CREATE TABLE a (b int);", "INSERT INTO a VALUES (1);"]);
  for (let length = 0; length < whole.length; length += 1) {
    expect(await failure(whole.slice(0, length))).toMatch(/^The backup was cut short/);
  }
});

test.each([
  ["a dump of another tool", "--\n-- PostgreSQL database dump\n--\n"],
  ["a head of another kind", headText(head).replace('"madeAt"', '"at"')],
])("%s is refused by name", async (_, text) => {
  expect(await failure(text)).toBe("The file isn't a backup that npm run backup wrote.");
});
