/**
 * How the capabilities differ. The canary is the operator's own: it does nothing but answer. The live processes, the traffic
 * and the week of history all follow these numbers, so that a chart has no break between history and live samples.
 */
export const CAPABILITY_IDS = ["photos", "tickets", "weather", "canary"] as const;
/** One that is hosted from the beginning, with a week of history. */
export type ResidentId = (typeof CAPABILITY_IDS)[number];
/** One that comes and goes, as a capability that is onboarded does: the drill's. It has no past. */
export const GUEST_ID = "watchpost-drill";
export type CapabilityId = ResidentId | typeof GUEST_ID;

export const NODE_IDS = ["node-a", "node-b"] as const;
export type NodeId = (typeof NODE_IDS)[number];

export type Route = {
  method: "GET" | "POST";
  /** As the metrics name it; `:id` stands for a number. */
  route: string;
  /** Its share of all requests, 0 to 1. */
  share: number;
  /** Half of the requests are answered within this time. */
  medianSeconds: number;
  /** Sigma of the log-normal distribution around the median: 0.3 is even, 0.8 has a long tail. */
  spread: number;
  /** What a request leaves behind on the volume. */
  storedBytes: number;
};

export type Character = {
  id: CapabilityId;
  name: string;
  timeZone: string;
  /** What runs its pods. */
  workload: "Deployment" | "StatefulSet";
  replicas: number;
  /** Versions, oldest first; the last one is deployed when the demo starts. */
  versions: readonly [string, ...string[]];
  routes: readonly Route[];
  /** Share of requests that fail on an ordinary day, 0 to 1. */
  errorShare: number;
  traffic: {
    /** Requests per second at the busiest hour, without bursts. */
    peakPerSecond: number;
    /** The quietest hour's share of the peak. */
    nightShare: number;
    /** Saturday's and Sunday's share of a weekday. */
    weekendShare: number;
    /** Local hour of the peak. */
    peakHour: number;
    /** Now and then requests come in bursts this many times as dense; 1 is never. */
    burstFactor: number;
  };
  /** Processor time that one request really costs. */
  cpuSecondsPerRequest: number;
  /** Whether a native sidecar runs in each of its pods. */
  hasSidecar: boolean;
  limits: { cpuCores: number; memoryBytes: number };
  volume: {
    /** The node that holds it: a capability's volume doesn't move. */
    node: NodeId;
    claim: string;
    capacityBytes: number;
    /** The capability trims its oldest files here, back to `trimToShare`. */
    trimAtShare: number;
    trimToShare: number;
    /** How long it takes from one trim to the next, about. */
    fillSeconds: number;
  };
};

const MIB = 1024 * 1024;

export const CHARACTERS: Record<CapabilityId, Character> = {
  photos: {
    id: "photos",
    name: "Photo Library",
    timeZone: "Europe/Berlin",
    workload: "Deployment",
    replicas: 2,
    versions: ["1.4.0", "1.4.1", "1.4.2"],
    routes: [
      { method: "GET", route: "/albums/:id", share: 0.6, medianSeconds: 0.07, spread: 0.45, storedBytes: 0 },
      { method: "GET", route: "/photos/:id", share: 0.33, medianSeconds: 0.11, spread: 0.45, storedBytes: 0 },
      {
        method: "POST",
        route: "/photos",
        share: 0.07,
        medianSeconds: 0.22,
        spread: 0.35,
        storedBytes: 1_200,
      },
    ],
    errorShare: 0.0008,
    traffic: { peakPerSecond: 5, nightShare: 0.3, weekendShare: 1.15, peakHour: 19, burstFactor: 1 },
    cpuSecondsPerRequest: 0.006,
    hasSidecar: true,
    limits: { cpuCores: 0.1, memoryBytes: 192 * MIB },
    volume: {
      node: "node-a",
      claim: "photos-data",
      capacityBytes: 64 * MIB,
      trimAtShare: 0.72,
      trimToShare: 0.56,
      fillSeconds: 36_000,
    },
  },
  tickets: {
    id: "tickets",
    name: "Ticket Desk",
    timeZone: "America/New_York",
    workload: "Deployment",
    replicas: 2,
    versions: ["2.7.3", "2.8.0", "2.8.1"],
    routes: [
      { method: "GET", route: "/tickets", share: 0.45, medianSeconds: 0.18, spread: 0.5, storedBytes: 0 },
      { method: "GET", route: "/tickets/:id", share: 0.4, medianSeconds: 0.14, spread: 0.55, storedBytes: 0 },
      { method: "POST", route: "/tickets", share: 0.15, medianSeconds: 0.3, spread: 0.45, storedBytes: 180 },
    ],
    errorShare: 0.006,
    traffic: { peakPerSecond: 6, nightShare: 0.35, weekendShare: 0.6, peakHour: 11, burstFactor: 2.2 },
    cpuSecondsPerRequest: 0.005,
    hasSidecar: false,
    limits: { cpuCores: 0.1, memoryBytes: 192 * MIB },
    volume: {
      node: "node-a",
      claim: "tickets-data",
      capacityBytes: 32 * MIB,
      trimAtShare: 0.68,
      trimToShare: 0.5,
      fillSeconds: 45_000,
    },
  },
  weather: {
    id: "weather",
    name: "Weather Station",
    timeZone: "Asia/Tokyo",
    workload: "StatefulSet",
    replicas: 1,
    versions: ["0.9.4", "0.9.5"],
    routes: [
      {
        method: "GET",
        route: "/stations/:id/now",
        share: 0.8,
        medianSeconds: 0.03,
        spread: 0.3,
        storedBytes: 150,
      },
      { method: "GET", route: "/forecast", share: 0.2, medianSeconds: 0.09, spread: 0.4, storedBytes: 150 },
    ],
    errorShare: 0,
    traffic: { peakPerSecond: 0.02, nightShare: 0.05, weekendShare: 0.8, peakHour: 8, burstFactor: 1 },
    cpuSecondsPerRequest: 0.002,
    hasSidecar: false,
    limits: { cpuCores: 0.05, memoryBytes: 160 * MIB },
    volume: {
      node: "node-b",
      claim: "weather-data",
      capacityBytes: 8 * MIB,
      trimAtShare: 0.5,
      trimToShare: 0.38,
      fillSeconds: 30_000,
    },
  },
  canary: answersOnly("canary", "Canary", 0.02),
  [GUEST_ID]: answersOnly(GUEST_ID, "Drill", 0.5),
};

/** A capability that does nothing but answer, day and night alike. */
function answersOnly(id: CapabilityId, name: string, requestsPerSecond: number): Character {
  return {
    id,
    name,
    timeZone: "Europe/Berlin",
    workload: "Deployment",
    replicas: 1,
    versions: ["1.0.0"],
    routes: [{ method: "GET", route: "/", share: 1, medianSeconds: 0.02, spread: 0.2, storedBytes: 0 }],
    errorShare: 0,
    traffic: {
      peakPerSecond: requestsPerSecond,
      nightShare: 1,
      weekendShare: 1,
      peakHour: 12,
      burstFactor: 1,
    },
    cpuSecondsPerRequest: 0.001,
    hasSidecar: false,
    limits: { cpuCores: 0.05, memoryBytes: 160 * MIB },
    volume: {
      node: "node-b",
      claim: `${id}-data`,
      capacityBytes: 4 * MIB,
      trimAtShare: 0.3,
      trimToShare: 0.2,
      fillSeconds: 86_400,
    },
  };
}

/** Upper bounds of the request histogram, in seconds; the same in the live processes and in the history. */
export const DURATION_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** How often Prometheus scrapes; the demo's bundle says the same. */
export const SCRAPE_INTERVAL_SECONDS = 5;

export function namespaceOf(id: CapabilityId): string {
  return `tenant-${id}`;
}

export function imageOf(id: CapabilityId, version: string): string {
  return `registry.platform.example/${id}:${version}`;
}

/** The node of a deployment's nth pod: spread over the nodes, beginning with the one that holds its volume. */
export function nodeOfPod(character: Character, index: number): NodeId {
  const first = NODE_IDS.indexOf(character.volume.node);
  return NODE_IDS[(first + index) % NODE_IDS.length] ?? NODE_IDS[0];
}

/** Bytes on the volume at an instant: fills, is trimmed, fills again. The live folder is seeded with this. */
export function usedVolumeBytes(character: Character, atMs: number): number {
  const { capacityBytes, trimAtShare, trimToShare, fillSeconds } = character.volume;
  const filled = ((atMs / 1000) % fillSeconds) / fillSeconds;
  return Math.round(capacityBytes * (trimToShare + (trimAtShare - trimToShare) * filled));
}
