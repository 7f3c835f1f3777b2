import type { Runtime } from "@/lib/views/health/view";

/** "2 of 2 ready", "scaled to zero", and nothing made up where a part could not be read; null where neither could. */
export function replicaWords({ ready, wanted }: NonNullable<Runtime["replicas"]>): string | null {
  if (wanted === 0) return "scaled to zero";
  if (wanted === null) return ready === null ? null : `${ready} ready`;
  return ready === null ? `${wanted} wanted, ready not known` : `${ready} of ${wanted} ready`;
}
