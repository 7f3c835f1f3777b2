import type { Labels } from "../../exposition";

export type DemoSample = readonly [name: string, labels: Labels, value: number];

/** 1 or 0, as kube-state-metrics writes what is so and what isn't. */
export const flag = (on: boolean): number => (on ? 1 : 0);

export const inSeconds = (atMs: number): number => Math.floor(atMs / 1000);

/** What an object adds to the name of its owner. */
export const CONTROLS = { owner_is_controller: "true" } as const;

/** Limits of a container, of whichever metric. @param labels the container's with its node */
export function limitSamples(
  metric: string,
  labels: Labels,
  { cpuCores, memoryBytes }: { cpuCores: number; memoryBytes: number },
): DemoSample[] {
  return [
    [metric, { ...labels, resource: "cpu", unit: "core" }, cpuCores],
    [metric, { ...labels, resource: "memory", unit: "byte" }, memoryBytes],
  ];
}
