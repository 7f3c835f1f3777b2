import { expect, test } from "vitest";
import { nextReminderAtMs, remindersDue } from "./reminders";

const HOUR = 3_600_000;

test.each([
  [0, 4],
  [3.99, 4],
  [4, 12],
  [11, 12],
  [12, 36],
  [35.9, 36],
  [36, 60],
  [100, 108],
])("after %s h the next reminder comes at %s h, and it is due then and not before", (hours, next) => {
  const openedAtMs = Date.UTC(2026, 10, 21, 10);
  const nextMs = nextReminderAtMs(openedAtMs, openedAtMs + hours * HOUR);
  expect((nextMs - openedAtMs) / HOUR).toBe(next);
  expect(remindersDue(nextMs - openedAtMs)).toBe(remindersDue(hours * HOUR) + 1);
  expect(remindersDue(nextMs - openedAtMs - 1)).toBe(remindersDue(hours * HOUR));
});
