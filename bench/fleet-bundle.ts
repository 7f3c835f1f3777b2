import type { Bundle } from "@/lib/catalogue/bundle";
import { defaultBundle } from "../testing/evaluation";
import { FLEET_SCRAPE_SECONDS } from "./fleet-samples";

/** The default bundle of a platform that scrapes as the fleet's samples come. */
export const fleetBundle = (): Bundle => ({
  ...defaultBundle(),
  scrapeIntervalSeconds: FLEET_SCRAPE_SECONDS,
});
