import type { Bundle } from "@/lib/catalogue/bundle";
import { fleetBundle } from "./fleet-bundle";

export const FIRING_INTERVAL_SECONDS = 30;

/** The fleet's bundle by which memory alerts at once from half of the limit on: each capability of the fleet is there. */
export function firingBundle(): Bundle {
  const bundle = fleetBundle();
  for (const line of bundle.signals.saturation.lines)
    if (line.id === "memory" && line.threshold)
      Object.assign(line.threshold, { value: 0.4, forSeconds: 0, recoverForSeconds: 60 });
  return bundle;
}
