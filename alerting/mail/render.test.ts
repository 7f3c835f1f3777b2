import { describe, expect, test } from "vitest";
import { ALERT_MAIL_KINDS } from "@/lib/delivery/mail";
import { EXAMPLES } from "./examples.fixture";
import { errorRate } from "./lines.fixture";
import { example, expectInOrder, readHtml, renderedExample } from "./mail.fixture";
import { renderMail } from "./render";
import { textColumnsOf } from "./text";

/** What each kind says, in this order: in the text and in the HTML alike. */
const FACTS: Record<string, { subject: string; says: string[] }> = {
  firing: {
    subject: "[Watchpost] Photo Library: error rate",
    says: [
      "Photo Library",
      "Error rate: 8.4 %",
      "above 5 % since 14:02 CET (13:02 UTC)",
      "Value 8.4 %",
      "Threshold above 5 % for 5 min",
      "Since 21 Nov 14:02 CET (13:02 UTC)",
      "Alert from 14:07 CET (13:07 UTC)",
      "Trend Rising for",
      "8.4 %.",
      "13:43 CET (12:43 UTC): Deployed photos 1.4.2",
      "reminders follow, ever more rarely",
    ],
  },
  "firing-several": {
    subject: "[Watchpost] Photo Library: error rate",
    says: [
      "3 signals outside their thresholds: error rate, latency p95 and restarts",
      "Whose problem it looks like: yours. photos 1.4.2 was deployed at 13:43 CET.",
      "Value 8.4 %",
      "Value 2.41 s",
      "Value 3 when it alerted, 4 now",
      "Threshold at 3 or more, at once",
      "owner@photos.example changed the threshold of latency p95 from the platform's default to above 1.5 s for 10 min",
      "Deployed photos 1.4.2",
      "photos restarted 3 times: out of memory",
      "Yours. It began 15 minutes after your own deployment",
      "and so is the canary.",
    ],
  },
  "firing-held": {
    subject: "[Watchpost] Photo Library: error rate",
    says: [
      "Alert",
      "Error rate: 8.4 %",
      "Whose problem it looks like: the platform's. Ingress, which every capability depends on, was failing",
      "It has been above 5 % since 13:15 CET (12:15 UTC).",
      "The mail about its beginning was held back from 13:20 CET (12:20 UTC) on, because an incident of the platform ran (Ingress).",
      "The incident is over since 13:57 CET (12:57 UTC), and this has outlasted it.",
      "Value 9.1 % when it alerted, 8.4 % now",
      "Alert from 13:20 CET (12:20 UTC)",
    ],
  },
  joined: {
    subject: "Re: [Watchpost] Photo Library: error rate",
    says: [
      "Latency p95, too: 2.41 s",
      "Value 2.41 s",
      "Error rate: 8.4 %, alert if above 5 %, since 13:47 CET",
    ],
  },
  reminder: {
    subject: "Re: [Watchpost] Photo Library: memory saturation",
    says: [
      "Memory saturation still above 90 %: 93 %",
      "It has lasted for 4 h 2 min.",
      "Now 93 %",
      "Worst 96 % at 12:52 CET (11:52 UTC)",
      "No deployments in the hour before.",
      "Which restarts there were could not be read.",
      "a reminder follows at 22 Nov 02:07 CET (01:07 UTC)",
    ],
  },
  recovered: {
    subject: "Re: [Watchpost] Photo Library: error rate",
    says: [
      "Error rate is back: 0.3 %",
      "Now 0.3 %",
      "Lasted 14 min, from 13:53 to 14:07 CET (12:53 to 13:07 UTC)",
      "Worst 12 % at 13:57 CET (12:57 UTC)",
    ],
  },
  "fired-and-recovered": {
    subject: "[Watchpost] Photo Library: error rate",
    says: [
      "Error rate was above 5 %, and is back: 0.3 %",
      "over before the mail about its beginning could leave",
      "Lasted 14 min",
      "The mail relay could not be reached while it lasted.",
    ],
  },
  "fired-and-recovered-held": {
    subject: "[Watchpost] Photo Library: error rate",
    says: [
      "Alert, and recovered",
      "It was over before the mail about its beginning could leave",
      "was held back from 13:53 CET (12:53 UTC) on, because an incident of the platform ran (Ingress and Storage).",
      "Lasted 14 min",
    ],
  },
  flapping: {
    subject: "Re: [Watchpost] Photo Library: error rate",
    says: [
      "Error rate keeps crossing its threshold",
      "when it has settled",
      "Worst 7.8 %",
      "Its sixth turn within an hour.",
    ],
  },
  "part-missing": {
    subject: "Re: [Watchpost] Photo Library: memory saturation",
    says: [
      "Memory saturation: no data from container db of pod photos-db-0",
      "This is not a recovery.",
      "No data since 21 Nov 14:03 CET (13:03 UTC), for 4 min",
      "Worst 96 % at 12:52 CET (11:52 UTC)",
      "While the alert lasts, reminders follow, ever more rarely. When it is over, a mail in this thread says so.",
    ],
  },
  "data-missing": {
    subject: "[Watchpost] Photo Library: availability",
    says: [
      "Availability: no data",
      "neither good news nor bad",
      "No data since 21 Nov 13:53 CET (12:53 UTC), for 14 min",
      "Last value 100 % at 13:53 CET",
      "When data arrives again",
    ],
  },
  "settled-firing": {
    subject: "Re: [Watchpost] Photo Library: error rate",
    says: [
      "Still an alert",
      "Error rate: 7.1 %",
      "It has been steady for 15 minutes, and still fires.",
      "Now 7.1 %",
    ],
  },
  "data-returned": {
    subject: "Re: [Watchpost] Photo Library: availability",
    says: [
      "Recovered",
      "Availability is back: 100 %",
      "The data is back.",
      "no data for 31 of the last 60 min",
    ],
  },
  "data-returned-bad": {
    subject: "Re: [Watchpost] Photo Library: availability",
    says: ["Data again", "Availability: 82 %", "The data is back.", "Its value is outside its threshold."],
  },
  expired: {
    subject: "Re: [Watchpost] Photo Library: memory saturation",
    says: [
      "the alert ends unresolved",
      "This is not a recovery.",
      "Worst 96 %",
      "No data since 20 Nov 14:07 CET",
    ],
  },
  cancelled: {
    subject: "Re: [Watchpost] Photo Library: memory saturation",
    says: [
      "the alert was switched off",
      "owner@photos.example switched it off",
      "This is not a recovery",
      "Now 93 %",
    ],
  },
  test: {
    subject: "[Watchpost] Photo Library: test alert",
    says: [
      "Your alerts reach this address",
      "Nothing is wrong.",
      "asked for it at 14:07 CET (13:07 UTC)",
      "press “I got it”",
    ],
  },
};
const FOOT = [
  "source of truth; e-mail is a best-effort nudge",
  "Why you get this mail:",
  "This address was recorded for Photo Library",
];

test("there is an example of every kind, and facts expected of every example", () => {
  const kinds = new Set(Object.values(EXAMPLES).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...ALERT_MAIL_KINDS].sort());
  expect(Object.keys(FACTS).sort()).toEqual(Object.keys(EXAMPLES).sort());
});

describe.each(Object.entries(FACTS))("a mail of kind %s", (name, { subject, says }) => {
  test("has its thread's subject, and says its facts in order in the text and in the HTML alike", async () => {
    const mail = await renderedExample(name);
    expect(mail.subject).toBe(subject);
    expectInOrder(mail.text, [
      ...says,
      ...(name === "fired-and-recovered" || name === "flapping" ? [] : FOOT),
    ]);
    expectInOrder(readHtml(mail.html).text, says);
    expectInOrder(readHtml(mail.html).text, FOOT);
  });

  test("has a text of at most 78 columns, addresses apart, and HTML without a fault or anything from elsewhere", async () => {
    const mail = await renderedExample(name);
    for (const line of mail.text.split("\n")) {
      if (!line.includes("://")) expect(textColumnsOf(line), line).toBeLessThanOrEqual(78);
      expect(line).toBe(line.trimEnd());
    }
    expect(readHtml(mail.html).faults).toEqual([]);
    expect(mail.html).not.toMatch(/<(script|link|iframe|form|object)|@import|url\(|src="(?!cid:)/);
    const shown = Array.from(mail.html.matchAll(/src="cid:([^"]+)"/g), ([, cid]) => cid);
    expect(shown).toEqual(mail.images.map(({ cid }) => cid));
  });
});

test("a picture is a small PNG, twice as fine as its chart's own units, and its words stand beside it", async () => {
  const { html, images } = await renderedExample("firing");
  expect(images).toHaveLength(1);
  const [{ png } = { png: Buffer.alloc(0) }] = images;
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([960, 392]);
  expect(png.byteLength).toBeGreaterThan(5_000);
  expect(png.byteLength).toBeLessThan(60_000);
  const alt = /alt="([^"]*)"/.exec(html)?.[1]?.replaceAll("\u00a0", " ");
  expect(alt).toMatch(
    /^Chart of error rate, 13:07 to 14:07 CET \(12:07 to 13:07 UTC\): rising for .* The threshold is drawn at 5 %\. The alert began at 14:07 CET \(13:07 UTC\)\.$/,
  );
});

test("a line that the bundle no longer has is named by its thread, and its mail is still sent", async () => {
  for (const kind of ALERT_MAIL_KINDS) {
    const { text, subject } = await renderMail({ ...example("cancelled"), kind, lines: [] });
    expect(subject).toContain("Photo Library: memory saturation");
    if (kind !== "test") expect(text).toContain("Memory saturation");
    expect(text).not.toContain("0 signals");
  }
});

test("at most three of many signals are drawn, and all are told", async () => {
  const lines = Array.from({ length: 8 }, (_, index) => ({ ...errorRate, signalTitle: `Signal ${index}` }));
  const { text, images } = await renderMail({ ...example("firing"), lines });
  expect(images).toHaveLength(3);
  for (const { signalTitle } of lines) expect(text).toContain(signalTitle.toUpperCase());
});

test("a zone at odd quarters and the day on which clocks change are written out", async () => {
  const chatham = await renderMail({ ...example("firing"), timeZone: "Pacific/Chatham" });
  expect(chatham.text).toContain("22 Nov 02:47 UTC+13:45 (21 Nov 13:02 UTC)");

  const atMs = Date.parse("2026-10-25T01:05:00Z");
  const alert = errorRate.alert && {
    ...errorRate.alert,
    breachedAtMs: atMs - 3_900_000,
    firedAtMs: atMs - 3_600_000,
  };
  const berlin = await renderMail({ ...example("reminder"), atMs, lines: [{ ...errorRate, alert }] });
  expect(berlin.text).toContain("25 Oct 02:05 CEST (00:05 UTC), for 1 h");
});

test("the same content gives the same mail, byte for byte", async () => {
  expect(await renderedExample("firing-several")).toEqual(await renderedExample("firing-several"));
});
