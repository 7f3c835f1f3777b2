import { monthNames, weekdayNames, zoneName, zoneOffsetMs } from "@/lib/wording/time";

const two = (value: number) => String(value).padStart(2, "0");
const WEEKDAYS = weekdayNames("long");
const MONTHS = monthNames("long");

/** An instant in full: "Thursday 24 December 2026, 00:00:00 CET". The reader of a deadline must not guess its year or zone. */
export function exactTime(atMs: number, zone: string): string {
  const local = new Date(atMs + zoneOffsetMs(atMs, zone));
  const clock = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(":");
  const day = `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()}`;
  return `${WEEKDAYS[local.getUTCDay()]} ${day}, ${clock} ${zoneName(atMs, zone)}`;
}

/** "29 days 23:59:59". The second under way counts, so that it reads zero only when the time is over. */
export function countdownWords(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map(two)
    .join(":");
  return days === 0 ? clock : `${days} ${days === 1 ? "day" : "days"} ${clock}`;
}
