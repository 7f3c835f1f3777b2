import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Small enough that the page answers between two pieces, large enough that asking for them costs nothing. */
const PIECE_BYTES = 1 << 20;

/**
 * The SHA-256 of a file, read piece by piece, so that a file of any size takes the memory of a few pieces.
 * @param onProgress called after each piece with the bytes read so far
 * @returns 64 small hexadecimal digits
 * @throws the signal's reason when it is given up; the browser's error when the file can't be read, or has changed meanwhile
 */
export async function archiveDigest(
  file: Blob,
  { onProgress, signal }: { onProgress?: (readBytes: number) => void; signal?: AbortSignal } = {},
): Promise<string> {
  const hash = sha256.create();
  for (let from = 0; from < file.size; from += PIECE_BYTES) {
    signal?.throwIfAborted();
    const piece = await file.slice(from, from + PIECE_BYTES).arrayBuffer();
    hash.update(new Uint8Array(piece));
    onProgress?.(from + piece.byteLength);
  }
  signal?.throwIfAborted();
  return bytesToHex(hash.digest());
}
