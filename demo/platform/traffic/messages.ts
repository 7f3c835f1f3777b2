import type { CapabilityId } from "../characters";

/** To the traffic generator: which capabilities get none at present. */
export type ToTraffic = { type: "paused"; capabilities: CapabilityId[] };
