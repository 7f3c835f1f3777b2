import type { LaterStore } from "@/setup/later-stores.mjs";
import { startPrometheus } from "../prometheus";
import { startVictoriaMetrics } from "../victoria-metrics";

export type RunningStore = { url: string; stop(): Promise<void> };
export type StoreUnderTest = {
  name: string;
  /** Whether the first instant of a window belongs to it: in Prometheus before 3 it does. */
  windows: "closed" | "left-open";
  /** Whether it computes rates and the ends of series as VictoriaMetrics does. */
  engine: "Prometheus" | "VictoriaMetrics";
  start(openMetrics: string | Iterable<string>): Promise<RunningStore>;
};

/** The stores that every run of the tests has. */
export const MACHINES_OWN: readonly [StoreUnderTest, StoreUnderTest] = [
  {
    name: "Prometheus",
    windows: "closed",
    engine: "Prometheus",
    start: (openMetrics) => startPrometheus({ openMetrics }),
  },
  {
    name: "VictoriaMetrics",
    windows: "left-open",
    engine: "VictoriaMetrics",
    start: (openMetrics) => startVictoriaMetrics(openMetrics),
  },
];

/** A newer store that the machine has beside its own. */
export function laterStore({ kind, name, program }: LaterStore): StoreUnderTest {
  if (kind === "VictoriaMetrics") {
    const start = (openMetrics: string | Iterable<string>) => startVictoriaMetrics(openMetrics, program);
    return { name, windows: "left-open", engine: kind, start };
  }
  const windows = name.startsWith("Prometheus 2.") ? "closed" : "left-open";
  return { name, windows, engine: kind, start: (openMetrics) => startPrometheus({ openMetrics, program }) };
}
