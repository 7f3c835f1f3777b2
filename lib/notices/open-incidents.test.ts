import { expect, test } from "vitest";
import { type IncidentFeed, openIncidents } from "./open-incidents";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 14);
const REPOSITORY = "https://github.com/example/infra";
const incident = (number: number, more: Partial<IncidentFeed["incidents"][number]> = {}) => ({
  number,
  kind: "incident" as const,
  components: [],
  closedAtMs: null,
  tenants: "every" as const,
  updatedAtMs: NOW - HOUR,
  ...more,
});
const feed = (readMinutesAgo: number, ...incidents: IncidentFeed["incidents"]): IncidentFeed => ({
  repository: REPOSITORY,
  readAtMs: NOW - readMinutesAgo * 60_000,
  intervalSeconds: 300,
  incidents,
});
const open = (from: IncidentFeed | null, forNew = false, repositoryUrl: string | null = REPOSITORY) =>
  openIncidents(from, { tenantId: "photos", atMs: NOW, repositoryUrl, forNew })?.map(({ number }) => number);

test("a tenant's open incidents are those that concern everybody and those that concern it", () => {
  const list = feed(1, incident(1), incident(2, { tenants: ["photos"] }), incident(3, { tenants: ["shop"] }));
  expect(open(list)).toEqual([1, 2]);
});

test("GitHub's silence closes nothing: the last known list stands for what is held, however old, and begins nothing new", () => {
  expect(open(feed(15, incident(1)), true)).toEqual([1]);
  expect(open(feed(16, incident(1)), true)).toBeUndefined();
  expect(open(feed(20 * 60, incident(1)))).toEqual([1]);
});

test("an issue that nobody has touched for a day is no word that the operator is at work", () => {
  expect(open(feed(1, incident(1, { updatedAtMs: NOW - 24 * HOUR })))).toEqual([1]);
  expect(open(feed(1, incident(1, { updatedAtMs: NOW - 24 * HOUR - 1 })))).toEqual([]);
});

test("without a repository nothing is declared; one that was never read, or another one, is not known", () => {
  expect(open(feed(1, incident(1)), false, null)).toEqual([]);
  expect(open(null)).toBeUndefined();
  expect(open({ ...feed(1, incident(1)), readAtMs: null })).toBeUndefined();
  expect(open(feed(1, incident(1)), false, "https://github.com/example/other")).toBeUndefined();
});
