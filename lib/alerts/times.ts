import type { Alert } from "./alert";

/** When an alert began and ended, and of what it was. */
export type AlertTimes = Pick<Alert, "id" | "lineKey" | "firedAtMs" | "ended">;
