// Apart from the schemas of events: the pages' own scripts use these words, and a schema library is too much to send with them.
export const EVENT_KINDS = ["deployment", "restart", "alert", "threshold-edit", "notice"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
