import { describe, expect, test } from "vitest";
import { type BreachStart, createOthersAffected } from "./others";

const othersAffected = (starts: BreachStart[], tenantId: string, atMs: number) =>
  createOthersAffected(starts)(tenantId, atMs);
const start = (tenantId: string, atMs = 0) => ({ tenantId, atMs });

describe("others are affected", () => {
  test("from three others on, each counted once, and never the tenant itself", () => {
    expect(othersAffected([start("a"), start("b"), start("c")], "photos", 0)).toBe(true);
    expect(othersAffected([start("a"), start("b"), start("photos")], "photos", 0)).toBe(false);
    expect(othersAffected([start("a"), start("a"), start("a"), start("b")], "photos", 0)).toBe(false);
  });

  test("in the same minutes only", () => {
    const later = (atMs: number) => othersAffected([start("a"), start("b"), start("c", atMs)], "photos", 0);
    expect(later(300_000)).toBe(true);
    expect(later(-300_000)).toBe(true);
    expect(later(300_001)).toBe(false);
  });
});
