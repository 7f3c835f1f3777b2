import type { ComponentEvidence, Evidence } from "./evidence";

/** When the breach of these tests began. */
export const ONSET_MS = Date.UTC(2026, 10, 2, 9, 30);
export const minutes = (count: number) => count * 60_000;

export const component = (over: Partial<ComponentEvidence> = {}): ComponentEvidence => ({
  id: "ingress",
  name: "Ingress",
  parts: [],
  dependence: "everyone",
  atOnset: "ok",
  now: "ok",
  ...over,
});

/** Everything was asked, everything of the platform works, and nothing of the capability's own is known to have changed. */
export const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  onset: { signal: "error-rate", line: "error-rate", breachedAtMs: ONSET_MS },
  components: [component(), component({ id: "storage", name: "Storage", dependence: "own" })],
  canary: { atOnset: "ok", now: "ok" },
  othersAffected: false,
  deployments: [],
  exits: [],
  saturated: [],
  traffic: { before: 5, atOnset: 5 },
  ...over,
});
