import { describe, expect, test } from "vitest";
import type { AlertView } from "@/lib/alerts/view";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { alertView, MAILS } from "@/testing/views/alerts";
import { verdictView } from "@/testing/views/attribution";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import { bothTimes, issueLines, issueMarkdown, type PassOnFacts } from "./pass-on-words";
import { wordsForUsers } from "./user-words";

const HOSTILE = "<img src=x onerror=alert(1)> @team `a` [b](javascript:x) \u202e# h\n- item";

const facts = (change: Partial<PassOnFacts> = {}): PassOnFacts => ({
  tenant: { id: "photos", name: "Photo Library" },
  zone: "Europe/Berlin",
  alert: alertView(),
  verdict: { ...verdictView("yours"), alertId: "0b5e", atMs: NOW_MS },
  release: { kind: "deployed", version: "1.4.2", atMs: NOW_MS - 22 * MINUTE_MS },
  badParts: [],
  waiting: null,
  url: "https://watchpost.example/alerts/0b5e",
  nowMs: NOW_MS,
  ...change,
});

describe("the Markdown for an issue", () => {
  test("has everything that the page has, with both times", () => {
    expect(issueMarkdown(facts({ badParts: ["container db of pod photos-0"] }))).toBe(
      `### Error rate alert: Photo Library (photos)

- **Alerting since:** 2026-11-21 12:48 UTC (21 Nov 13:48 CET); the breach began 2026-11-21 12:43 UTC (21 Nov 13:43 CET)
- **State:** Ongoing for 14 min, as of 2026-11-21 13:02 UTC (21 Nov 14:02 CET)
- **Threshold:** > 5 % for 5 min
- **Value:** 7 % when it fired; worst 12 %, 2026-11-21 12:50 UTC (21 Nov 13:50 CET); last 6 %, 2026-11-21 13:01 UTC (21 Nov 14:01 CET)
- **Breaching now:** container db of pod photos-0
- **Release before:** 1.4.2, 2026-11-21 12:40 UTC (21 Nov 13:40 CET), 3 min before the breach began
- **Yours or the platform's:** Yours. A sentence about yours.
  - Ingress (node-a) was failing at onset. (the platform's)
  - Version 1.4.2 was deployed 3 minutes before. (yours)
  - Memory was at 97 % of its limit. (yours)
- **Mails:** 1
  - Alert, written 2026-11-21 12:52 UTC (21 Nov 13:52 CET): Accepted by the relay. The relay said: “250 2.0.0 queued as 4T1” 2026-11-21 12:53 UTC (21 Nov 13:53 CET)
- **Page:** https://watchpost.example/alerts/0b5e
`,
    );
  });

  test("says what isn't known as what isn't known", () => {
    const text = issueMarkdown(
      facts({ verdict: null, release: { kind: "unknown" }, alert: alertView({ mails: [] }) }),
    );
    expect(text).toContain("**Yours or the platform's:** no verdict");
    expect(text).toContain("**Release before:** not known: the metrics store didn't answer");
    expect(text).toContain("**Mails:** none was written");
    expect(text).not.toContain("Breaching now");
    expect(issueMarkdown(facts({ release: { kind: "none" } }))).toContain("none is known in the 24 hours");
  });

  test("names what waits of an alert about pods, now or when it fired", () => {
    const listed = { waiting: [{ pod: "web-2", container: "app", reason: "ImagePullBackOff" }], total: 1 };
    const text = (isNow: boolean) =>
      issueMarkdown(facts({ waiting: { atMs: NOW_MS, isNow, listed, failure: null } }));
    expect(text(true)).toContain("- **Waiting now:** container app of pod web-2 (ImagePullBackOff)\n");
    expect(text(false)).toContain("- **Waiting when it fired:** container app");
    const none = { waiting: [], total: 0 };
    expect(
      issueMarkdown(facts({ waiting: { atMs: NOW_MS, isNow: true, listed: none, failure: null } })),
    ).not.toContain("Waiting");
  });

  test("has nobody's address, whatever the relay said", () => {
    const text = issueMarkdown(facts({ alert: alertView({ mails: Object.values(MAILS) }) }));
    expect(text).toContain("(address)");
    expect(text).not.toMatch(/@/);
  });

  test("shows names from outside as the text that they are, each in its line", () => {
    const plain = issueMarkdown(facts({ badParts: ["x"] }));
    const hostile = issueMarkdown(
      facts({
        tenant: { id: "photos", name: HOSTILE },
        badParts: [HOSTILE],
        release: { kind: "deployed", version: HOSTILE, atMs: NOW_MS - 22 * MINUTE_MS },
        verdict: { ...verdictView("yours", { sentence: HOSTILE }), alertId: "0b5e", atMs: NOW_MS },
        alert: alertView({ title: HOSTILE, together: [{ id: "1", title: HOSTILE }] }),
      }),
    );
    expect(hostile.split("\n")).toHaveLength(plain.split("\n").length + 1);
    expect(hostile).not.toMatch(/@|\u202e|(^|[^\\])<|(^|[^\\])\[|(^|[^\\])`/);
  });

  test("has an end once it is over", () => {
    const ended = { atMs: NOW_MS - 2 * MINUTE_MS, reason: "recovered" as const };
    expect(issueMarkdown(facts({ alert: alertView({ ended }) }))).toContain(
      "- **State:** Recovered after 12 min, 2026-11-21 13:00 UTC (21 Nov 14:00 CET)",
    );
  });

  test("is short for an issue that is filled in beforehand", () => {
    expect(issueLines(facts())).toEqual([
      "Error rate, since 2026-11-21 12:48 UTC (21 Nov 13:48 CET)",
      "Worst 12 %, threshold > 5 % for 5 min",
      "Watchpost says: Yours. A sentence about yours.",
      "https://watchpost.example/alerts/0b5e",
    ]);
  });
});

test("a time in UTC alone is written once", () => {
  expect(bothTimes(NOW_MS, "UTC")).toBe("2026-11-21 13:02 UTC");
});

describe("words for users", () => {
  const said = (change: Partial<AlertView> = {}) =>
    wordsForUsers(alertView(change), "Photo Library", "Europe/Berlin");

  test("say what users notice and since when, and that its end isn't known", () => {
    expect(said()).toBe(
      "Since 21 Nov 13:43 CET, Photo Library doesn't answer some requests as it should. It is not known yet when this will be over.",
    );
  });

  test("say that it has recovered only where it has", () => {
    const atMs = NOW_MS - 2 * MINUTE_MS;
    expect(said({ ended: { atMs, reason: "recovered" } })).toBe(
      "From 21 Nov 13:43 CET to 21 Nov 14:00 CET, Photo Library didn't answer some requests as it should. It has recovered.",
    );
    for (const reason of ["cancelled", "expired", "evicted", "offboarded"] as const)
      expect(said({ ended: { atMs, reason } })).toMatch(/It is not known whether this is over\.$/);
  });

  test.each(SIGNAL_IDS)("are two sentences about %s, without a cause or a promise", (signal) => {
    for (const line of [signal, "other"]) {
      const text = said({ signal, line });
      expect(text.match(/\. |\.$/g)).toHaveLength(2);
      expect(text).not.toMatch(/soon|sorry|will be fixed|because|platform|release/i);
    }
  });
});
