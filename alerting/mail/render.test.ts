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
    subject: "[Watchpost: alert] [error rate 8.4 %] Photo Library",
    says: [
      "Alert: error rate 8.4 %, Photo Library.",
      "above 5 % since 14:02 CET (13:02 UTC)",
      "Value 8.4 %",
      "Worst part route /upload (91 % of it); 38 of 40 routes have none",
      "Threshold above 5 % for 5 min",
      "Breach began 21 Nov 14:02 CET (13:02 UTC)",
      "Alerting since 21 Nov 14:07 CET (13:07 UTC)",
      "Trend Rising for",
      "8.4 %.",
      "13:43 CET (12:43 UTC): Deployed photos 1.4.2",
      "reminders follow, ever more rarely",
    ],
  },
  "firing-several": {
    subject: "[Watchpost: alert] [error rate 8.4 % and 2 more] Photo Library",
    says: [
      "Alert: error rate 8.4 % and 2 more, Photo Library. Also latency p95 2.41 s and restarts 4.",
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
    subject: "[Watchpost: alert] [error rate 8.4 %] Photo Library",
    says: [
      "Alert: error rate 8.4 %",
      "Whose problem it looks like: the platform's. Ingress, which every capability depends on, was failing",
      "It has been above 5 % since 13:15 CET (12:15 UTC).",
      "The mail about its beginning was held back from 13:20 CET (12:20 UTC) on, because an incident of the platform ran (Ingress).",
      "The incident is over since 13:57 CET (12:57 UTC), and this has outlasted it.",
      "Value 9.1 % when it alerted, 8.4 % now",
      "Alerting since 21 Nov 13:20 CET (12:20 UTC), for 47 min",
    ],
  },
  joined: {
    subject: "[Watchpost: also failing] [latency p95 2.41 s] Photo Library",
    says: [
      "Also failing: latency p95 2.41 s, Photo Library.",
      "Value 2.41 s",
      "Also alerting",
      "Error rate: 8.4 %, alert if above 5 %, alerting since 13:47 CET",
    ],
  },
  reminder: {
    subject: "[Watchpost: still failing] [memory saturation 93 %] Photo Library",
    says: [
      "Still failing: memory saturation 93 %, Photo Library.",
      "It has been alerting for 4 h 2 min.",
      "Now 93 %",
      "Worst 96 % at 12:52 CET (11:52 UTC)",
      "No deployments in the hour before.",
      "The restarts could not be read.",
      "a reminder follows at 22 Nov 02:07 CET (01:07 UTC)",
    ],
  },
  recovered: {
    subject: "[Watchpost: recovered] [error rate 0.3 %] Photo Library",
    says: [
      "Recovered: error rate 0.3 %, Photo Library.",
      "Error rate has stayed within its threshold for at least 5 min.",
      "Now 0.3 %",
      "Breach began 21 Nov 13:48 CET (12:48 UTC)",
      "Alerting for 14 min, from 13:53 to 14:07 CET (12:53 to 13:07 UTC)",
      "Worst 12 % at 13:57 CET (12:57 UTC)",
    ],
  },
  "partly-recovered": {
    subject: "[Watchpost: still failing] [availability 63 %] Photo Library",
    says: [
      "Still failing: availability 63 %, Photo Library. Error rate is back.",
      "Still alerting",
      "Availability: 63 %, alert if below 99 %, alerting since 13:49 CET",
      "Recovering, not over yet",
      "Latency p95: 300 ms, alerting since",
      "Error rate has stayed within its threshold for at least 5 min.",
      "Now 0.3 %",
    ],
  },
  "last-recovering": {
    subject: "[Watchpost: recovering] [availability 100 %] Photo Library",
    says: [
      "Recovering: availability 100 %, Photo Library. Error rate is back.",
      "Recovering, not over yet",
      "Availability: 100 %, alerting since 13:49 CET",
    ],
  },
  "fired-and-recovered": {
    subject: "[Watchpost: recovered] [error rate 0.3 %] Photo Library",
    says: [
      "Recovered: error rate 0.3 %, Photo Library.",
      "over before its first mail could be sent",
      "Alerting for 14 min",
      "The mail relay could not be reached while it lasted.",
    ],
  },
  "fired-and-recovered-held": {
    subject: "[Watchpost: recovered] [error rate 0.3 %] Photo Library",
    says: [
      "Recovered: error rate 0.3 %",
      "It was over before its first mail could be sent",
      "was held back from 13:53 CET (12:53 UTC) on, because an incident of the platform ran (Ingress and Storage).",
      "Alerting for 14 min",
    ],
  },
  flapping: {
    subject: "[Watchpost: flapping] [error rate 6.1 %] Photo Library",
    says: [
      "Flapping: error rate 6.1 %, Photo Library.",
      "It keeps crossing its threshold.",
      "when it has settled",
      "Worst 7.8 %",
      "Its sixth turn within an hour.",
    ],
  },
  "part-missing": {
    subject: "[Watchpost: no data] [memory saturation of one part] Photo Library",
    says: [
      "No data: memory saturation of one part, Photo Library. No data from container db of pod photos-db-0.",
      "This is not a recovery.",
      "No data since 21 Nov 14:03 CET (13:03 UTC), for 4 min",
      "Worst 96 % at 12:52 CET (11:52 UTC)",
      "While the alert lasts, reminders follow, ever more rarely. When it is over, a mail in this thread says so.",
    ],
  },
  "data-missing": {
    subject: "[Watchpost: no data] [availability, last 100 %] Photo Library",
    says: [
      "No data: availability, last 100 %, Photo Library.",
      "neither a recovery nor a new failure",
      "No data since 21 Nov 13:53 CET (12:53 UTC), for 14 min",
      "Last value 100 % at 13:53 CET",
      "When data arrives again",
    ],
  },
  "settled-firing": {
    subject: "[Watchpost: still failing] [error rate 7.1 %] Photo Library",
    says: [
      "Still failing: error rate 7.1 %, Photo Library.",
      "It has been steady for 15 minutes, and still fires.",
      "Now 7.1 %",
    ],
  },
  "data-returned": {
    subject: "[Watchpost: recovered] [availability 100 %] Photo Library",
    says: [
      "Recovered: availability 100 %, Photo Library.",
      "The data is back.",
      "no data for 31 of the last 60 min",
    ],
  },
  "data-returned-bad": {
    subject: "[Watchpost: data again] [availability 82 %] Photo Library",
    says: [
      "Data again: availability 82 %, Photo Library.",
      "The data is back.",
      "Its value breaches its threshold. An alert follows if that lasts for 2 min.",
    ],
  },
  expired: {
    subject: "[Watchpost: ended without data] [memory saturation] Photo Library",
    says: [
      "Ended without data: memory saturation, Photo Library.",
      "This is not a recovery.",
      "No data since 20 Nov 14:07 CET",
      "Worst 96 %",
    ],
  },
  cancelled: {
    subject: "[Watchpost: no longer watched] [memory saturation 93 %] Photo Library",
    says: [
      "No longer watched: memory saturation 93 %, Photo Library.",
      "switched off by owner@photos.example",
      "This is not a recovery",
      "Now 93 %",
    ],
  },
  test: {
    subject: "[Watchpost: test] Photo Library",
    says: [
      "Test: your alerts reach this address, Photo Library.",
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
    // The preheader is the first line; the headline shows its topic below the state.
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
    expect(subject).toContain("Photo Library");
    if (kind !== "test") expect(subject).toContain("[memory saturation]");
    if (kind !== "test") expect(text).toMatch(/^[A-Z ]+: memory saturation, Photo Library\./);
  }
});

test("at most three of many signals are drawn, and all are named", async () => {
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
