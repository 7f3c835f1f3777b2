import { describe, expect, test } from "vitest";
import { deployment, restart, sectionView } from "@/testing/views/events";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import { availabilityView } from "@/testing/views/series";
import { recentEvents } from "./recent";

const rendered = sectionView({ events: [restart(NOW_MS - MINUTE_MS)] });
const asked = availabilityView({ events: [deployment(NOW_MS)], toMs: NOW_MS + MINUTE_MS });
const FAILED = [{ part: "events" as const, message: "The metrics store is away." }];

describe("the events of the last day", () => {
  test("are those that came with the page until the series is there", () => {
    expect(recentEvents(rendered, null, null)).toEqual({
      events: rendered.events,
      atMs: NOW_MS,
      reason: null,
    });
  });

  test("are the series' own once that is newer", () => {
    expect(recentEvents(rendered, asked, null)).toEqual({
      events: asked.events,
      atMs: asked.toMs,
      reason: null,
    });
  });

  test("don't lose a restart to a series that ends before it", () => {
    const older = { ...asked, events: [], toMs: NOW_MS - 4 * MINUTE_MS };
    expect(recentEvents(rendered, older, null).events).toEqual(rendered.events);
  });

  test("are an older series' where the page itself could not ask", () => {
    const older = { ...asked, toMs: NOW_MS - 4 * MINUTE_MS };
    const none = sectionView({ events: [], failed: "The metrics store is away." });
    expect(recentEvents(none, older, null)).toEqual({ events: older.events, atMs: older.toMs, reason: null });
  });

  test("say why they are old where the question failed, or its part of the answer", () => {
    expect(recentEvents(rendered, null, { message: "No answer." }).reason).toBe("No answer.");
    const failed = { ...asked, events: [], failed: FAILED };
    expect(recentEvents(rendered, failed, null)).toEqual({
      events: rendered.events,
      atMs: NOW_MS,
      reason: "The metrics store is away.",
    });
  });

  test("show what is left of an answer whose part failed, with the reason", () => {
    const last = { ...asked, failed: FAILED };
    expect(recentEvents(rendered, last, null)).toEqual({
      events: asked.events,
      atMs: asked.toMs,
      reason: "The metrics store is away.",
    });
  });
});
