import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { daysLeft, deadlineOf } from "./deadline";
import { incidentsFor } from "./incidents";
import { DAY_MS, NOTICE_TENANTS, NOTICES_NOW_MS, notice } from "./issue.fixture";
import { tenantNameFinder } from "./tenant-names";
import { byPressure, noticeFor } from "./view";

const EVERYBODY = ["platform contract change"];

describe("a tenant", () => {
  test("is shown only what concerns it", () => {
    const own = notice({ labels: ["eviction", "tenant:photos"] });
    expect(noticeFor(own, "photos", NOTICES_NOW_MS)).not.toBeNull();
    expect(noticeFor(own, "tickets", NOTICES_NOW_MS)).toBeNull();
  });

  test("is shown its own lines and everybody's, and told that others were left out", () => {
    const body = "### What\n\n- All: the API.\n- photos: also the queue.\n- Ticket Desk: also the cache.";
    const seen = noticeFor(notice({ labels: EVERYBODY, body }), "photos", NOTICES_NOW_MS);
    expect(seen).toMatchObject({
      fields: { what: "- All: the API.\n- photos: also the queue." },
      shortened: true,
    });
    expect(
      noticeFor(notice({ labels: EVERYBODY, body: "### What\n\nAll." }), "photos", NOTICES_NOW_MS),
    ).toMatchObject({ shortened: false });
  });

  test("is shown the kind's own words where the title names another", () => {
    const named = notice({ labels: ["platform incident"], title: "Ticket Desk floods the ingress" });
    expect(noticeFor(named, "photos", NOTICES_NOW_MS)?.title).toBe("Platform incident");
    expect(noticeFor(named, "tickets", NOTICES_NOW_MS)?.title).toBe("Ticket Desk floods the ingress");
  });

  test.each([
    "Ticket **Desk**",
    "TICKETS",
    "owner@tickets.example",
    "https://tickets.example/x",
    "Ticket&#32;Desk",
    "&#116;ickets",
    "%74ickets",
    "tick\u200bets",
    "tick\u034fets",
    "tickets\u3164",
    "tickets\u200btoo",
    "tick\u00adets",
    "ｔickets",
    "<!-- tickets -->",
    "Ticket-Desk",
  ])("never sees another's name, written as %j", (name) => {
    const seen = noticeFor(
      notice({ labels: EVERYBODY, body: `### What\n\nSee ${name}.` }),
      "photos",
      NOTICES_NOW_MS,
    );
    expect(seen?.fields.what).toBeUndefined();
    expect(seen?.shortened).toBe(true);
  });

  test("never sees a name that is broken over two lines", () => {
    const body = "### Why\n\nBecause of the Ticket\nDesk of late.\nEnd.";
    expect(noticeFor(notice({ labels: EVERYBODY, body }), "photos", NOTICES_NOW_MS)?.fields.why).toBe("End.");
  });

  test("never sees another's name or state, whatever the operator writes wherever (property)", () => {
    const word = fc.constantFrom(
      "photos",
      "tickets",
      "Ticket",
      "Desk",
      "weather",
      "Weather Station",
      "the",
      "\n",
      "- [x] ",
      "**",
      "### What\n\n",
      "### Tenants\n\n",
      "### Why\n\n",
      "### Moved\n\n",
      "`",
      "2026-04-01",
    );
    const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(" "));
    const labels = fc.subarray([
      "platform incident",
      "eviction",
      "tenant:photos",
      "tenant:tickets",
      "all tenants",
    ]);
    fc.assert(
      fc.property(text, text, labels, (title, body, more) => {
        const read = notice({ title, body, labels: ["platform contract change", ...more] });
        const seen = noticeFor(read, "photos", NOTICES_NOW_MS);
        if (!seen) return;
        const shown = JSON.stringify([seen.title, seen.fields]).toLowerCase();
        expect(shown).not.toMatch(/tickets|weather/);
        expect(shown.replace(/(\\n){2,}/g, "0").replace(/\\n|[^a-z0-9]+/g, " ")).not.toMatch(/ticket desk/);
        expect(JSON.stringify(seen)).not.toContain('"tenants"');
      }),
      { numRuns: 2_000 },
    );
  });
});

test("one name is found among ten thousand tenants', in each of many lines", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({ id: `t-${index}`, name: `Team ${index}` }));
  const mentions = tenantNameFinder([...many, ...NOTICE_TENANTS]);
  const lines = Array.from(
    { length: 2_000 },
    (_, index) => `Line ${index} for Team ${index} and nobody else`,
  );
  expect(mentions(lines)).toEqual(lines.map((_, index) => [`t-${index}`]));
});

describe("a deadline", () => {
  const end = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day) + DAY_MS;
  test.each([
    ["2026-12-24", end(2026, 12, 24)],
    ["**2026-12-24** at the latest", end(2026, 12, 24)],
    ["24 December 2026", end(2026, 12, 24)],
    ["24. Dec 2026", end(2026, 12, 24)],
    ["1st Sept. 2026", end(2026, 9, 1)],
    ["December 24, 2026", end(2026, 12, 24)],
    ["2026-12-24 18:00 UTC", Date.UTC(2026, 11, 24, 18)],
    ["2026-12-24T18:00:00+01:00", Date.UTC(2026, 11, 24, 17)],
    ["2028-02-29", end(2028, 2, 29)],
    ["2026-02-29", null],
    ["31 April 2026", null],
    ["04/05/2026", null],
    ["04.05.2026", null],
    ["soon", null],
    ["20261224", null],
    ["12 Foo 2026", null],
  ])("written %j ends at %s", (text, atMs) => {
    expect(deadlineOf(text)).toBe(atMs);
  });

  test("has 0 days left on its last day, and fewer after", () => {
    const deadlineMs = Date.UTC(2026, 3, 2);
    expect(daysLeft(deadlineMs, Date.UTC(2026, 3, 1))).toBe(0);
    expect(daysLeft(deadlineMs, Date.UTC(2026, 2, 31, 23))).toBe(1);
    expect(daysLeft(deadlineMs, deadlineMs)).toBe(-1);
  });

  test("that has passed is overdue, unless one has moved or the issue is closed", () => {
    const body = "### Deadline\n\n2026-03-01";
    const labels = ["platform update required", "tenant:photos"];
    const seen = (change: object) => noticeFor(notice({ body, labels, ...change }), "photos", NOTICES_NOW_MS);
    expect(seen({})).toMatchObject({ overdue: true, daysLeft: -13 });
    expect(seen({ body: `${body}\n\n### State\n\nmoved` })?.overdue).toBe(false);
    expect(
      seen({ open: false, closedAtMs: NOTICES_NOW_MS, body: `${body}\n\n### State\n\nnot moved` })?.overdue,
    ).toBe(false);
  });
});

const viewsOf = (...changes: object[]) =>
  changes.flatMap((change) => noticeFor(notice(change), "photos", NOTICES_NOW_MS) ?? []);

test("what presses most stands first: an incident, then what is overdue, then by deadline, then what has none", () => {
  const due = (number: number, day: string, state = "not moved") => ({
    number,
    labels: ["platform update required", "tenant:photos"],
    body: `### Deadline\n\n${day}\n\n### State\n\n${state}`,
  });
  const views = viewsOf(
    { number: 5, labels: ["platform contract change"] },
    due(4, "2026-05-01"),
    due(6, "2026-03-20", "moved"),
    due(3, "2026-03-20"),
    due(2, "2026-03-01"),
    { number: 1, labels: ["platform incident"] },
  );
  expect(views.sort(byPressure).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("an incident is matched to the components that fail, and one that names none to any", () => {
  const incident = (number: number, ...labels: string[]) => ({
    number,
    labels: ["platform incident", ...labels],
  });
  const views = viewsOf(
    incident(1, "component:ingress"),
    incident(2, "component:storage", "component:network"),
    incident(3),
    { number: 4, labels: ["platform contract change", "component:ingress"] },
    { ...incident(5, "component:ingress"), open: false, closedAtMs: NOTICES_NOW_MS },
  );
  const numbers = (...components: string[]) => incidentsFor(views, components).map(({ number }) => number);
  expect(numbers("ingress")).toEqual([1, 3]);
  expect(numbers("network", "nodes")).toEqual([2, 3]);
  expect(numbers()).toEqual([1, 2, 3]);
});
