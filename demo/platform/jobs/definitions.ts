import type { CapabilityId } from "../characters";

/** What the operator declared of each migration of the demo, but for the issue's address. */
export const MIGRATIONS: Partial<Record<CapabilityId, { issue: number; definition: object }>> = {
  photos: {
    issue: 61,
    definition: {
      job: "migrate-photos",
      title: "Photos from the old server",
      source: "photos.old.example: 48,210 photos, 62.4 GB",
      rerun: "safe-on-existing-data",
      items: "photos",
      declaredPeak: { cpuCores: 0.1, memoryBytes: "160Mi", storageBytes: "60Mi" },
      steadyState: { cpuCores: 0.08, memoryBytes: "180Mi", storageBytes: "45Mi" },
    },
  },
  tickets: {
    issue: 62,
    definition: {
      job: "migrate-tickets",
      title: "Tickets of the old desk",
      source: "old-desk.example, the database desk, 181,300 tickets",
      rerun: "destination-must-be-empty",
      items: "tickets",
      declaredPeak: { cpuCores: 0.08, memoryBytes: "128Mi", storageBytes: "28Mi" },
      steadyState: { cpuCores: 0.06, memoryBytes: "160Mi", storageBytes: "22Mi" },
    },
  },
  weather: {
    issue: 63,
    definition: {
      job: "migrate-stations",
      title: "Readings since 1998",
      source: "A tape archive that is read once",
      rerun: "safe-on-existing-data",
      declaredPeak: { cpuCores: 0.05, memoryBytes: "160Mi", storageBytes: "3M" },
      steadyState: { cpuCores: 0.04, memoryBytes: "100Mi", storageBytes: "2500k" },
    },
  },
};
