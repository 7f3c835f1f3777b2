/** What the owner copied from the export tool. null: nothing was given. */
export type Expected = { checksum: string | null; sizeBytes: number | null };

export type ExpectedResult = { ok: true; expected: Expected } | { ok: false; message: string };

/**
 * Reads what an owner pastes: a checksum alone, as "sha256:…", or as the line that sha256sum writes; a size in bytes, with or without
 * spaces and commas between its digits.
 */
export function readExpected(checksumText: string, sizeText: string): ExpectedResult {
  const checksum = checksumOf(checksumText.trim());
  if (checksum === undefined)
    return { ok: false, message: "The checksum is not a SHA-256: it has 64 digits, each 0 to 9 or a to f." };
  const sizeBytes = sizeOf(sizeText.trim());
  if (sizeBytes === undefined)
    return { ok: false, message: "The size is not a whole number of bytes, like 2147483648." };
  return { ok: true, expected: { checksum, sizeBytes } };
}

function checksumOf(text: string): string | null | undefined {
  if (text === "") return null;
  const found = /^(?:sha-?256[:=]\s*)?([0-9a-f]{64})(?:\s+\*?\S.*)?$/i.exec(text);
  return found?.[1]?.toLowerCase();
}

function sizeOf(text: string): number | null | undefined {
  if (text === "") return null;
  const digits = text.replace(/\s*(bytes|b)$/i, "").replace(/[\s,_]/g, "");
  const size = Number(digits);
  return /^\d+$/.test(digits) && Number.isSafeInteger(size) ? size : undefined;
}

/** Whether a file is what was expected. not-given: there was nothing to compare with. */
export type Comparison = "same" | "differs" | "not-given";

/** Both are compared by themselves: a file that was cut off differs in both, one that was garbled in its checksum alone. */
export function compareArchive(
  expected: Expected,
  found: { checksum: string; sizeBytes: number },
): { checksum: Comparison; size: Comparison } {
  const compare = <T>(wanted: T | null, is: T): Comparison =>
    wanted === null ? "not-given" : wanted === is ? "same" : "differs";
  return {
    checksum: compare(expected.checksum, found.checksum),
    size: compare(expected.sizeBytes, found.sizeBytes),
  };
}
