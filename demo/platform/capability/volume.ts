import { randomFillSync } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Character, usedVolumeBytes } from "../characters";

const SEGMENT_BYTES = 1024 * 1024;

/** Bytes in a volume's folder, measured. A file that a trim takes away meanwhile counts as nothing. */
export function measureVolume(dir: string): number {
  return segments(dir).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The files of a volume, oldest first: their names begin with the time at which they were begun. */
function segments(dir: string): { file: string; bytes: number }[] {
  return readdirSync(dir)
    .sort()
    .map((name) => {
      const file = join(dir, name);
      return { file, bytes: statSync(file, { throwIfNoEntry: false })?.size ?? 0 };
    });
}

/** Fills a fresh folder to where the history ends. */
export function seedVolume(dir: string, character: Character, nowMs: number): void {
  mkdirSync(dir, { recursive: true });
  const block = randomFillSync(Buffer.alloc(SEGMENT_BYTES));
  let left = usedVolumeBytes(character, nowMs);
  for (let nth = 0; left > 0; nth += 1) {
    const bytes = Math.min(left, SEGMENT_BYTES);
    writeFileSync(join(dir, `${segmentTime(nth)}-seed`), block.subarray(0, bytes));
    left -= bytes;
  }
}

const segmentTime = (ms: number) => String(ms).padStart(15, "0");

/** Where a capability's process stores what its requests leave behind: it appends, and trims the oldest when nearly full. */
export class Volume {
  #segment: { file: string; bytes: number } | null = null;

  constructor(
    private readonly dir: string,
    private readonly owner: string,
    private readonly shape: Character["volume"],
  ) {}

  append(bytes: number, nowMs: number): void {
    if (bytes === 0) return;
    if (!this.#segment || this.#segment.bytes >= SEGMENT_BYTES) {
      this.#segment = { file: join(this.dir, `${segmentTime(nowMs)}-${this.owner}`), bytes: 0 };
      this.#trim();
    }
    appendFileSync(this.#segment.file, randomFillSync(Buffer.alloc(bytes)));
    this.#segment.bytes += bytes;
  }

  #trim(): void {
    const present = segments(this.dir);
    let used = present.reduce((sum, { bytes }) => sum + bytes, 0);
    if (used < this.shape.capacityBytes * this.shape.trimAtShare) return;
    for (const { file, bytes } of present) {
      if (used <= this.shape.capacityBytes * this.shape.trimToShare) return;
      rmSync(file, { force: true });
      used -= bytes;
    }
  }
}
