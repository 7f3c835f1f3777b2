import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Eviction } from "@/lib/catalogue/eviction";
import { deletedTenantDigest, deletionNoticeOf, isDeletionDue } from "./deletion-notice";

const FROM_MS = Date.parse("2026-12-23T23:00:00Z");
const OVER_MS = FROM_MS + 30 * 86_400_000;
const issueUrl = "https://git.example/infra/issues/83";
const tenant = (pauses: Eviction["pauses"] = []) => ({
  eviction: { from: "2026-12-24", issueUrl, pauses },
  timeZone: "Europe/Berlin",
});
const FAREWELL = { notServingFromMs: FROM_MS, overAtMs: OVER_MS, zone: "Europe/Berlin", issueUrl };

describe("the end of the 30 days", () => {
  test.each<[string, number, boolean, boolean]>([
    ["a second before it", -1_000, false, false],
    ["at its second", 0, true, false],
    ["59 s after it, while an open page may still be asking", 59_000, true, false],
    ["in the last millisecond of that minute", 59_999, true, false],
    ["a minute after it", 60_000, true, true],
    ["a year after it", 365 * 86_400_000, true, true],
  ])("%s", (_when, afterMs, deletionNotice, deletes) => {
    expect(deletionNoticeOf(tenant(), OVER_MS + afterMs)).toEqual(deletionNotice ? FAREWELL : null);
    expect(isDeletionDue(tenant(), OVER_MS + afterMs)).toEqual(deletes ? FAREWELL : null);
  });

  test("doesn't come while a fault lasts, and never without an eviction", () => {
    const fault = { from: "2027-01-01T00:00:00Z", reason: "The export tool is down." };
    expect(isDeletionDue(tenant([fault]), OVER_MS + 365 * 86_400_000)).toBeNull();
    expect(isDeletionDue({ eviction: null, timeZone: "UTC" }, Number.MAX_SAFE_INTEGER)).toBeNull();
  });

  test("isn't undone by a fault that is entered for a time after it", () => {
    const late = { from: new Date(OVER_MS).toISOString().replace(".000Z", "Z"), reason: "Too late." };
    expect(isDeletionDue(tenant([late]), OVER_MS + 60_000)).toEqual(FAREWELL);
  });
});

test("keeps a departure under the SHA-256 of the id, as sha256sum writes it", () => {
  expect(deletedTenantDigest("pottery")).toBe(createHash("sha256").update("pottery").digest("hex"));
  expect(deletedTenantDigest("pottery")).toMatch(/^[0-9a-f]{64}$/);
});
