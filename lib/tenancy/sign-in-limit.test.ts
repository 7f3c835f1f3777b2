import { describe, expect, test } from "vitest";
import { createSignInLimiter, senderAddress } from "./sign-in-limit";

describe("createSignInLimiter", () => {
  test("makes one address wait and lets the others go on", async () => {
    const secondsToWait = createSignInLimiter({ perAddress: 2, overall: 100 });
    expect(await secondsToWait("192.0.2.1")).toBe(0);
    expect(await secondsToWait("192.0.2.1")).toBe(0);
    expect(await secondsToWait("192.0.2.1")).toBeGreaterThan(0);
    expect(await secondsToWait("192.0.2.2")).toBe(0);
  });

  test("makes everybody wait past the limit for all, however many addresses a flood claims", async () => {
    const secondsToWait = createSignInLimiter({ perAddress: 100, overall: 3 });
    for (const last of [1, 2, 3]) expect(await secondsToWait(`192.0.2.${last}`)).toBe(0);
    const wait = await secondsToWait("192.0.2.4");
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
  });
});

describe("senderAddress", () => {
  test("is what the nearest proxy added, not what the sender claimed before it", () => {
    expect(senderAddress("203.0.113.9, 192.0.2.1")).toBe("192.0.2.1");
    expect(senderAddress("192.0.2.1")).toBe("192.0.2.1");
    expect(senderAddress(null)).toBe("unknown");
  });
});
