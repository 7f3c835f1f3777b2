import type { ContainerRow } from "./cadvisor";
import { type CapabilityId, CHARACTERS } from "./characters";

const MIB = 1024 * 1024;

/** Runs to its end before a pod's other containers start. */
export const INIT_CONTAINER = { name: "prepare", image: "registry.platform.example/prepare:1.2" } as const;

/** A native sidecar: an init container with restartPolicy Always, which runs as long as its pod. */
export const SIDECAR = {
  name: "log-shipper",
  image: "registry.platform.example/log-shipper:2.1",
  limits: { cpuCores: 0.02, memoryBytes: 64 * MIB },
} as const;

const CORES = 0.001;
const RESTING_BYTES = 18 * MIB;
const WAVE_MS = 40 * 60_000;

/** What a sidecar takes is a function of time alone, so that the history and the live series match. */
export function sidecarUsage(
  startedAtMs: number,
  atMs: number,
): Pick<ContainerRow, "cpuSeconds" | "residentBytes"> {
  const elapsedMs = Math.max(0, atMs - startedAtMs);
  return {
    cpuSeconds: Math.round((elapsedMs / 1000) * CORES * 100) / 100,
    residentBytes: Math.round(RESTING_BYTES + 2 * MIB * Math.sin((2 * Math.PI * elapsedMs) / WAVE_MS)),
  };
}

export const hasSidecar = (id: CapabilityId): boolean => CHARACTERS[id].hasSidecar;
