import type { DemoJob } from "./job";

const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;

const PHOTOS = {
  capability: "photos",
  name: "migrate-photos",
  node: "node-a",
  items: 48_210,
  bytes: 62_400_000_000,
  cpuCores: 0.06,
  memoryBytes: { resting: 70 * MIB, most: 120 * MIB },
} as const;

/** A time, so many hours before the demo's start. */
type Ago = (hours: number) => number;

const photosFirstRun = (ago: Ago): DemoJob => ({
  ...PHOTOS,
  pod: "migrate-photos-xk2vd",
  createdAtMs: ago(5 * 24),
  endsAtMs: ago(5 * 24 - 3),
  ending: "failed",
  reached: 0.118,
  removedAtMs: ago(4 * 24),
  errors: [{ share: 0.1165, text: "photos.old.example refused the password after 5,688 photos" }],
});

const photosSecondRun = (ago: Ago): DemoJob => ({
  ...PHOTOS,
  pod: "migrate-photos-t7qzm",
  createdAtMs: ago(26),
  endsAtMs: ago(26) + 42 * HOUR_MS,
  ending: "complete",
  reached: 1,
  removedAtMs: null,
  errors: [
    { share: 0.11, text: "album 88: IMG_2041.jpg has no bytes; it was left out" },
    { share: 0.37, text: "album 412: IMG_7730.heic can't be decoded; it was copied as it is" },
  ],
});

const ticketsRun = (ago: Ago): DemoJob => ({
  capability: "tickets",
  name: "migrate-tickets",
  pod: "migrate-tickets-c5hwp",
  node: "node-a",
  createdAtMs: ago(30),
  endsAtMs: ago(21),
  ending: "failed",
  reached: 0.47,
  removedAtMs: null,
  items: 181_300,
  bytes: null,
  errors: [
    { share: 0.2, text: "ticket 36120 has a customer that doesn't exist; it was skipped" },
    { share: 0.469, text: "old-desk.example:5432 closed the connection, and refused three new ones" },
  ],
  cpuCores: 0.04,
  memoryBytes: { resting: 60 * MIB, most: 80 * MIB },
});

const stationsRun = (ago: Ago): DemoJob => ({
  capability: "weather",
  name: "migrate-stations",
  pod: "migrate-stations-9fbrl",
  node: "node-b",
  createdAtMs: ago(7),
  endsAtMs: ago(7) + 20 * HOUR_MS,
  ending: "complete",
  reached: 1,
  removedAtMs: null,
  items: null,
  bytes: null,
  errors: [],
  cpuCores: 0.03,
  memoryBytes: { resting: 110 * MIB, most: 236 * MIB },
});

/**
 * The migrations around the demo's start: the photo library's runs, after a first attempt that failed and was removed; the ticket
 * desk's failed halfway; the weather station's takes more than was declared. The canary has none.
 */
export function jobsAround(nowMs: number): DemoJob[] {
  const ago: Ago = (hours) => nowMs - Math.round(hours * HOUR_MS);
  return [photosFirstRun, photosSecondRun, ticketsRun, stationsRun].map((run) => run(ago));
}
