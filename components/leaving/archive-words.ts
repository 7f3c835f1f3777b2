import { type Comparison, compareArchive, type Expected } from "@/lib/eviction/expected";
import { formatDuration, formatValue, plainNumber } from "@/lib/wording/format";

/** What a browser found out about a file. */
export type FoundArchive = { name: string; checksum: string; sizeBytes: number };

/** What a file proves to be: another one, the very one, or nothing, because its checksum had nothing to be compared with. */
export type ArchiveState = "differs" | "same" | "unproven";

export type ArchiveResult = { state: ArchiveState; headline: string; size: string; checksum: string };

const HEADLINES: Record<ArchiveState, string> = {
  differs: "The file doesn’t match the export. Download it again.",
  same: "The file is complete and matches the export.",
  unproven: "The checksum was not compared, so nothing is proven. These are the file’s own numbers.",
};

/** A downloaded archive beside what the export tool said of it, in words. A size that agrees proves nothing by itself. */
export function archiveResult(expected: Expected, found: FoundArchive): ArchiveResult {
  const { checksum, size } = compareArchive(expected, found);
  const differs = checksum === "differs" || size === "differs";
  const state = differs ? "differs" : checksum === "same" ? "same" : "unproven";
  const wantedSize = expected.sizeBytes === null ? "" : bytes(expected.sizeBytes);
  return {
    state,
    headline: HEADLINES[state],
    size: `${bytes(found.sizeBytes)}${comparedWith(size, wantedSize)}`,
    checksum: comparedWith(checksum, expected.checksum ?? ""),
  };
}

const bytes = (size: number) => `${plainNumber(size, 0)} ${size === 1 ? "byte" : "bytes"}`;

function comparedWith(result: Comparison, wanted: string): string {
  if (result === "not-given") return ", not compared";
  return result === "same" ? ", as the export reported" : `, but the export reported ${wanted}`;
}

/** How much of a file is read, in whole per cent. An empty file is read as soon as it is begun. */
export function percentRead(readBytes: number, sizeBytes: number): number {
  return sizeBytes === 0 ? 100 : Math.min(100, Math.floor((readBytes / sizeBytes) * 100));
}

/** Before this the pace of a reading says nothing of the rest. */
const PACE_AFTER_MS = 1_000;

/** "32 MB/s, about 58 s left"; "" before there is a pace. */
export function paceWords(readBytes: number, sizeBytes: number, elapsedMs: number): string {
  if (elapsedMs < PACE_AFTER_MS || readBytes <= 0) return "";
  const bytesPerMs = readBytes / elapsedMs;
  const leftMs = Math.ceil((sizeBytes - readBytes) / bytesPerMs / 1000) * 1000;
  return `${formatValue(bytesPerMs * 1000, "bytes")}/s, about ${formatDuration(leftMs)} left`;
}
