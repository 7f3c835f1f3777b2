import { describe, expect, test } from "vitest";
import type { MailDelivery } from "@/lib/delivery/mail";
import { isUnderWay, stageOf, type TestStage } from "./test-alert";

const mail = (change: Partial<MailDelivery>): MailDelivery => ({
  id: "a",
  kind: "test",
  recipient: "owner@photos.example",
  threadId: null,
  state: "queued",
  createdAtMs: 1,
  dueAtMs: 1,
  attempts: 0,
  ambiguous: 0,
  last: null,
  acceptedAtMs: null,
  finishedAtMs: null,
  bounce: null,
  gotItAtMs: null,
  ...change,
});
const tried = { class: "transient", words: "451 later", atMs: 2 } as const;
const came = { action: "failed", note: null, status: "5.1.1", detail: "no", atMs: 3 } as const;

const stages: [TestStage, boolean, MailDelivery | null][] = [
  ["asked", true, null],
  ["queued", true, mail({})],
  ["sending", true, mail({ state: "sending", attempts: 1 })],
  ["put-off", true, mail({ last: tried, attempts: 1 })],
  ["accepted", false, mail({ state: "accepted" })],
  ["received", false, mail({ state: "accepted", gotItAtMs: 9 })],
  ["refused", false, mail({ state: "failed", last: tried })],
  ["refused", false, mail({ state: "accepted", bounce: came })],
];

describe("a test alert", () => {
  test.each(stages)("is at %s (still under way: %s) as its mail says", (stage, underWay, delivery) => {
    expect(stageOf({ mail: delivery })).toBe(stage);
    expect(isUnderWay({ mail: delivery })).toBe(underWay);
  });
});
