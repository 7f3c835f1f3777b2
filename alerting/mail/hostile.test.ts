import { describe, expect, test } from "vitest";
import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import { ALERT_MAIL_KINDS } from "@/lib/delivery/mail";
import { errorRate } from "./lines.fixture";
import { example, expectInOrder, readHtml, renderedExample } from "./mail.fixture";
import { renderMail } from "./render";
import { textColumnsOf } from "./text";

describe("hostile names", () => {
  const long = "A".repeat(10_240);
  const hostile = [
    "Photos\r\nBcc: everyone@example.org\r\n\r\nHello",
    `<script>alert(1)</script><img src=x onerror=alert(1)>`,
    `" onload="alert(1)`,
    "Photos \u202egnp.exe\u2066 \u200f",
    "&lt;b&gt; {{x}} </style></title>",
    long,
    "\ud800",
    "",
  ];
  const poisoned = (name: string): MailFacts => {
    const line: MailLine = {
      ...errorRate,
      signalTitle: name,
      lineLabel: name,
      line: name,
      worstPart: name,
      waiting: { named: [name], total: 1 },
    };
    const base = example("firing-several");
    return {
      ...base,
      reason: name,
      by: name,
      capability: { id: name, name },
      thread: { id: "a", signalTitle: name, lineLabel: name, openedAtMs: base.atMs },
      lines: [line],
      alsoFiring: [line],
      deployments: [{ atMs: base.atMs, version: name }],
      restarts: [
        { kind: "restart", atMs: base.atMs, pod: name, container: name, reason: name, exitCode: null },
      ],
      edits: [
        {
          atMs: base.atMs,
          by: name,
          signalTitle: name,
          lineLabel: name,
          unit: "share",
          worse: "higher",
          from: null,
          to: null,
        },
      ],
      verdict: { side: "unclear", sentence: name, evidence: [name] },
    };
  };

  test.each(hostile.map((name) => [JSON.stringify(name).slice(0, 40), name]))(
    "%s stays text: no new line in the subject, no element, no turned line, nothing endless",
    async (_, name) => {
      const plain = await renderedExample("firing-several");
      const known = readHtml(plain.html);
      for (const kind of ALERT_MAIL_KINDS) {
        const mail = await renderMail({ ...poisoned(name), kind });
        expect(mail.subject).toMatch(/^\[Watchpost: [a-z ]+\] (\[[^[\]\p{Cc}\p{Cf}]+\] )?[^\p{Cc}\p{Cf}]+$/u);
        expect(mail.subject.length).toBeLessThan(200);
        for (const part of [mail.text, mail.html]) {
          expect(part).not.toMatch(/[\u202a-\u202e\u2066\u2067\u200e\u200f\r]|\p{Cs}/u);
        }
        for (const line of mail.text.split("\n")) {
          if (!line.includes("://")) expect(textColumnsOf(line), line).toBeLessThanOrEqual(78);
        }
        expect(mail.text).not.toMatch(/^Bcc: everyone@example\.org$/m);
        expect(mail.text.length).toBeLessThan(plain.text.length + 6_000);
        const { faults, elements, attributes } = readHtml(mail.html);
        expect(faults).toEqual([]);
        for (const element of elements) expect(known.elements).toContain(element);
        for (const attribute of attributes) expect(known.attributes).toContain(attribute);
      }
    },
  );

  test("an address that isn't one of the web is no link", async () => {
    const content = example("firing");
    const links = {
      ...content.links,
      alert: "javascript:alert(1)",
      modify: 'https://x.example/"><script>',
    };
    const mail = await renderMail({ ...content, links });
    expect(mail.html + mail.text).not.toContain("javascript:");
    expect(mail.html).not.toContain("<script>");
  });

  test("values that are no numbers and hours without a point leave a mail that says the rest", async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300]) {
      const alert = errorRate.alert && { ...errorRate.alert, firedValue: value, worst: value };
      for (const trend of [
        null,
        [],
        [[errorRate.alert?.firedAtMs ?? 0, value]],
        errorRate.trend?.map(([at]) => [at, value]),
      ]) {
        const line = { ...errorRate, value, alert, trend: trend as MailLine["trend"] };
        const mail = await renderMail({ ...example("firing"), lines: [line] });
        expectInOrder(mail.text, ["Threshold above 5 %", "Breach began 21 Nov 14:02 CET"]);
        expect(mail.text + mail.html).not.toMatch(/NaN|Infinity|undefined/);
      }
    }
  });
});
