import type { Episode } from "./episode";

/** When an alert began and ended, and of what it was. */
export type EpisodeTimes = Pick<Episode, "id" | "lineKey" | "firedAtMs" | "ended">;
