/**
 * A composed mail as it goes to another address: the same bytes but for its To, and its Message-ID where it gets one of its own.
 * @param raw what composeMail() made; its headers end at the first empty line
 * @param to one bare address that isMailAddress() has passed; null where there is none that can be written to
 */
export function readdressed(
  raw: Buffer,
  { to, messageId }: { to: string | null; messageId: string },
): Buffer {
  const end = raw.indexOf("\r\n\r\n");
  if (end < 0) throw new RangeError("The mail has no end of its headers.");
  // A folded header goes on in the lines that begin with a blank.
  const headers = raw
    .subarray(0, end)
    .toString("latin1")
    .split(/\r\n(?![ \t])/)
    .filter((header) => !/^(to|message-id):/i.test(header));
  if (to !== null) headers.push(`To: ${to}`);
  headers.push(`Message-ID: ${messageId}`);
  return Buffer.concat([Buffer.from(headers.join("\r\n"), "latin1"), raw.subarray(end)]);
}
