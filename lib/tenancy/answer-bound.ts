/**
 * What common proxies read of an answer's head: nginx's proxy_buffer_size is one page of memory by default.
 * An answer with a longer head becomes their 502.
 */
const MAX_HEAD_BYTES = 4_096;

/**
 * The headers that every answer has here, with those that Next and Node add. A test holds the answers to it.
 */
const OTHER_HEADERS_BYTES = 1_000;

/** What is left for Set-Cookie lines. @param location where the answer leads */
export const roomForCookies = (location: string): number =>
  MAX_HEAD_BYTES - OTHER_HEADERS_BYTES - location.length;

/** What Set-Cookie lines take of a head. */
const bytesOfLines = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + Buffer.byteLength(line) + "Set-Cookie: \r\n".length, 0);

/** The groups of lines that fit, the most important first. A group is set whole or not at all. */
export function fitting(groups: readonly (readonly string[])[], room: number): string[] {
  const kept: string[] = [];
  for (const group of groups) if (bytesOfLines([...kept, ...group]) <= room) kept.push(...group);
  return kept;
}
