import { describe, expect, test } from "vitest";
import { jobsAround } from "../jobs/jobs";
import { pastBefore } from "../scenario";
import { jobWriter } from "./job-lines";

const HOUR_MS = 3_600_000;

describe("the history of a migration that failed", () => {
  test.each([0, 1_234, 17_000, 44_999, 59_999, 61_000, 90_500, 119_000])(
    "holds what it said last, whichever moment the demo starts at (%i ms later)",
    (offsetMs) => {
      const nowMs = Date.UTC(2026, 10, 21, 18, 0) + offsetMs;
      const failed = jobsAround(nowMs).filter(({ ending }) => ending === "failed");
      expect(failed).toHaveLength(2);
      for (const job of failed) {
        const early = { fromMs: nowMs - 168 * HOUR_MS, toMs: nowMs - 24 * HOUR_MS, kind: "early" } as const;
        const lastDay = { fromMs: early.toMs, toMs: nowMs, kind: "last-day" } as const;
        const write = jobWriter(pastBefore(nowMs), job);
        const text = [...write(early), ...write(lastDay)].join("");
        for (const error of job.errors) expect(text).toContain(error.text);
        const errors = text.split("\n").filter((line) => line.startsWith("migration_errors_total"));
        expect(errors.at(-1)).toContain(` ${job.errors.length} `);
      }
    },
  );
});
