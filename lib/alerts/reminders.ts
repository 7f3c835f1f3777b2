const HOUR_MS = 3_600_000;
/** The first, the second, and from then on one a day. */
const FIRST_HOURS = 4;
const SECOND_HOURS = 12;
const THEN_EVERY_HOURS = 24;

/** How many reminders are due after this long: at 4 h, at 12 h, and then daily. */
export function remindersDue(firingForMs: number): number {
  const hours = firingForMs / HOUR_MS;
  if (hours < FIRST_HOURS) return 0;
  return hours < SECOND_HOURS ? 1 : 2 + Math.floor((hours - SECOND_HOURS) / THEN_EVERY_HOURS);
}

/** When a thread's next reminder is due, if nothing changes until then. @param openedAtMs when the thread began */
export function nextReminderAtMs(openedAtMs: number, atMs: number): number {
  const done = remindersDue(atMs - openedAtMs);
  const hours = done === 0 ? FIRST_HOURS : SECOND_HOURS + (done - 1) * THEN_EVERY_HOURS;
  return openedAtMs + hours * HOUR_MS;
}
