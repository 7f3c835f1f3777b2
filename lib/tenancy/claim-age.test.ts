import { expect, test } from "vitest";
import { claimDuty } from "./claim-age";

const NOW_MS = Date.UTC(2026, 10, 30, 12);
const MINUTE = 60_000;
const agoMs = (minutes: number) => NOW_MS - minutes * MINUTE;

test.each<[string, number | null, number | null, "none" | "ask" | "wait"]>([
  ["never to be asked again", null, null, "none"],
  ["no longer to be asked", agoMs(3), null, "none"],
  ["fresh", agoMs(3), agoMs(-2), "none"],
  ["due just now", agoMs(5), agoMs(0), "ask"],
  ["due for less than two minutes", agoMs(6.9), agoMs(1.9), "ask"],
  ["due for two minutes, as of an idle session", agoMs(7), agoMs(2), "wait"],
  ["older than they count", agoMs(60), agoMs(0), "wait"],
  ["older than they count, and asked for a moment ago", agoMs(60), agoMs(-1), "none"],
])("claims that are %s", (_what, readAtMs, dueAtMs, duty) => {
  expect(claimDuty({ readAtMs, dueAtMs }, NOW_MS)).toBe(duty);
});
