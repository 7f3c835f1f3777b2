import { expect, test } from "vitest";
import { PollError } from "@/components/ui/get-json";
import { stageOf } from "@/lib/test-alerts/test-alert";
import { all, attribute, facts, named, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn, iconsIn } from "@/testing/status-icons";
import { alertView, MAILS, mailView, silenceView, testAlertView } from "@/testing/views/alerts";
import { holdView, verdictView } from "@/testing/views/attribution";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import { noticesView } from "@/testing/views/notices";
import { seriesView } from "@/testing/views/series";
import { AlertList } from "./alert-list";
import { AlertScreen } from "./alert-screen";
import { AlertsScreen } from "./alerts-screen";
import { MailList } from "./mail-list";
import { MissedAlerts } from "./missed-alerts";
import { SilenceWords } from "./silence-words";
import { TestAlertPanel } from "./test-alert-panel";

const TITLES = {
  availability: "Availability",
  latency: "Latency",
  "error-rate": "Error rate",
  saturation: "Saturation",
  restarts: "Restarts",
};
const HISTORY: Parameters<typeof AlertList>[0] = {
  alerts: [alertView()],
  titles: TITLES,
  signal: null,
  nextHref: null,
  isFirstPage: true,
  nowMs: NOW_MS,
};
const ENDED = { atMs: NOW_MS - 4 * MINUTE_MS, reason: "recovered" as const };

const screen = (given: Partial<Parameters<typeof AlertsScreen>[0]> = {}) =>
  readable(
    <AlertsScreen
      tenantId="photos"
      address="owner@photos.example"
      sendsAlerts
      isServing
      silence={silenceView()}
      test={null}
      history={HISTORY}
      otherMails={[]}
      {...given}
    />,
  );
const list = (given: Partial<typeof HISTORY> = {}) => readable(<AlertList {...HISTORY} {...given} />);

test("the page says where alerts go, shows the history, a way to test them, and the proof of silence", () => {
  const root = screen();
  expect(outline(root)).toEqual([
    "1 Alerts",
    "2 History",
    "3 Error rate",
    "2 Test alert",
    "2 Is no news good news?",
  ]);
  expect(words(root)).toContain("Alerts go to owner@photos.example");
});

test.each([
  ["no worker has ever run", { sendsAlerts: false }, "Nothing has been evaluated yet."],
  ["it no longer serves", { isServing: false }, "Alerts went to owner@photos.example"],
])("no test alert can be sent where %s", (_, given, said) => {
  const root = screen(given);
  expect(words(root)).toContain(said);
  expect(named(root, "button")).toEqual([]);
});

test("mails that belong to no alert are listed apart", () => {
  expect(outline(screen({ otherMails: [MAILS.gotIt] })).at(-1)).toBe("2 Other mails");
});

test("an alert in the list says what, when, how bad, against which threshold, and what became of its mails", () => {
  const item = one(list(), "[data-alert=0b5e]");
  expect(words(item)).toContain("21 Nov 13:48 CET · Ongoing for 14 min");
  expect(words(item)).toContain("Worst 12 %, alert > 5 % for 5 min");
  expect(words(item)).toContain("Accepted by the relay.");
  expect(attribute(all(item, "a")[0] ?? item, "href")).toBe("/alerts/0b5e");
  expect(words(one(item, "[data-status=firing]"))).toBe("Alert");
});

test("an alert that is over has no alert sign, and isn't green either", () => {
  const item = one(list({ alerts: [alertView({ ended: ENDED, mails: [] })] }), "[data-alert=0b5e]");
  expect(words(item)).toContain("Recovered after 10 min");
  expect(words(item)).toContain("No mail was written for it.");
  expect(iconsIn(item)).toEqual([]);
  expect(greenIn(item)).toEqual([]);
});

test("an alert whose mail is held back says that it is delayed, not that none was written", () => {
  const item = one(list({ alerts: [alertView({ hold: holdView(), mails: [] })] }), "[data-alert=0b5e]");
  expect(words(item)).toContain("Mail delayed since");
  expect(words(item)).not.toContain("No mail was written");
});

test("alerts that came together and the side that they looked like are named in the list", () => {
  const together = [{ id: "2", title: "Latency p95" }];
  const item = one(list({ alerts: [alertView({ together, side: "platform" })] }), "[data-alert=0b5e]");
  expect(words(item)).toContain("together with Latency p95 · looked like: the platform's");
});

test.each([
  ["no alert has ever fired", {}, "No alert has fired yet."],
  ["none of one signal has", { signal: "latency" as const }, "No alert has fired for latency yet."],
  ["a page lies behind the last one", { isFirstPage: false }, "There are no older alerts."],
])("an empty list says so in words where %s", (_, given, said) => {
  expect(words(one(list({ alerts: [], ...given }), "[data-empty]"))).toBe(said);
});

test("the filter marks what is shown, and the pages keep to it", () => {
  const root = list({ signal: "latency", isFirstPage: false, nextHref: "/alerts?signal=latency&before=1" });
  expect(all(root, "[aria-current=true]").map(words)).toEqual(["Latency"]);
  const href = (name: string) =>
    all(root, "a").flatMap((link) => (words(link) === name ? attribute(link, "href") : []));
  expect(href("Newest alerts")).toEqual(["/alerts?signal=latency"]);
  expect(href("Older alerts")).toEqual(["/alerts?signal=latency&before=1"]);
  expect(href("Download as CSV")).toEqual(["/api/alerts/episodes.csv"]);
});

const MARKS = {
  queued: "pending",
  sending: "pending",
  relayAway: "pending",
  cutOff: "pending",
  putOff: "pending",
  accepted: "ok",
  delayed: "pending",
  bounced: "firing",
  partBounced: "pending",
  cameBack: "pending",
  unreadable: "pending",
  gotIt: "ok",
  held: "firing",
  failed: "firing",
  cancelled: "no-traffic",
} as const;

test.each(Object.entries(MARKS))("a mail that is %s has the mark of %s beside its words", (state, mark) => {
  const mail = MAILS[state as keyof typeof MARKS];
  const root = readable(<MailList mails={[mail]} />);
  expect(iconsIn(root)).toEqual([mark]);
  expect(words(root)).toMatch(/^(Alert|Test alert), written 21 Nov 13:52 CET /);
  expect(greenIn(root).length > 0).toBe(mark === "ok");
});

test("a mail that is tried again says when, and how often it may have come", () => {
  const text = words(readable(<MailList mails={[MAILS.cutOff]} />));
  expect(text).toContain("Next try 14:07 CET.");
  expect(text).toContain("It may have come 2 times.");
});

test("“You said that you got it” stands beside the time at which the owner said so", () => {
  expect(words(readable(<MailList mails={[MAILS.gotIt]} />))).toContain(
    "You said that you got it. 14:00:15 CET",
  );
});

test.each([
  [[MAILS.bounced], "1 alert never reached you"],
  [[MAILS.bounced, MAILS.failed], "2 alerts never reached you"],
  [[mailView({ ...MAILS.failed, kind: "migration-failed" })], "1 mail never reached you"],
])("what never reached the owner is counted and listed (%#)", (mails, title) => {
  const root = readable(<MissedAlerts mails={mails} />);
  expect(outline(root)).toEqual([`2 ${title}`]);
  expect(all(root, "[data-mail]")).toHaveLength(mails.length);
  expect(named(root, "button")).toEqual(["I have seen this"]);
});

test("where every mail arrived, nothing is said of mails that didn't", () => {
  expect(words(readable(<MissedAlerts mails={[]} />))).toBe("");
});

test.each([
  [null, "Nothing has been evaluated yet."],
  [silenceView(), "Since your last alert mail (20 Nov 14:02 CET): 17,280 evaluations, none skipped."],
  [silenceView({ evaluations: 0 }), "Since your last alert mail (20 Nov 14:02 CET): nothing evaluated yet."],
  [
    silenceView({ from: "live", evaluations: 1, failed: 2, missed: 1_200 }),
    "Since you went live (20 Nov 14:02 CET): 1 evaluation, 1,202 skipped. 2 because the metrics could not be had, 1,200 because the evaluator did not run.",
  ],
  [
    silenceView({ from: "records", evaluations: 0, missed: 3 }),
    "As far back as is recorded (20 Nov 14:02 CET): 0 evaluations, 3 skipped. 3 because the evaluator did not run.",
  ],
])("silence is proven by what was evaluated, and by what was not (%#)", (silence, said) => {
  expect(words(readable(<SilenceWords silence={silence} />))).toBe(said);
});

const trial = (mail: Parameters<typeof testAlertView>[0]) =>
  readable(<TestAlertPanel tenantId="photos" address="owner@photos.example" initial={testAlertView(mail)} />);

test.each([
  ["asked", null, "Asked for: done Queued: not yet Sending: not yet Accepted: not yet"],
  ["queued", MAILS.queued, "Asked for: done Queued: done Sending: not yet Accepted: not yet"],
  ["sending", MAILS.sending, "Asked for: done Queued: done Sending: done Accepted: not yet"],
  ["put-off", MAILS.putOff, "Asked for: done Queued: done Sending: not yet Accepted: not yet"],
  ["refused", MAILS.failed, "Asked for: done Queued: done Sending: done Refused"],
  ["accepted", MAILS.accepted, "Asked for: done Queued: done Sending: done Accepted: done"],
  ["received", MAILS.gotIt, "Asked for: done Queued: done Sending: done Accepted: done"],
])("a test alert that is %s shows in words how far it has come", (stage, mail, steps) => {
  expect(stageOf(testAlertView(mail))).toBe(stage);
  const root = trial(mail);
  expect(words(one(root, "ol"))).toBe(steps);
  expect(named(root, "button").includes("I got it")).toBe(stage === "accepted");
});

test("before the first test there is only the button", () => {
  const root = readable(<TestAlertPanel tenantId="photos" address="owner@photos.example" initial={null} />);
  expect(named(root, "button")).toEqual(["Send a test alert"]);
  expect(all(root, "ol")).toEqual([]);
});

const SERIES = ["photos", "alert", "0b5e"];
const alertScreen = (
  alert = alertView(),
  asked: object[] = [],
  verdicts = [verdictView("yours")],
  waiting: Parameters<typeof AlertScreen>[0]["waiting"] = null,
  release: Parameters<typeof AlertScreen>[0]["release"] = { kind: "none" },
  worstPart: string | null = null,
) =>
  readable(
    <AlertScreen
      tenantId="photos"
      alert={alert}
      waiting={waiting}
      worstPart={worstPart}
      verdicts={verdicts.map((verdict) => ({ ...verdict, alertId: alert.id, atMs: NOW_MS }))}
      operator={{ view: noticesView(), suspectUrl: "https://git.example/suspect", asOfMs: NOW_MS }}
      passOn={{ markdown: "### An issue", forUsers: "Two sentences." }}
      release={release}
      nowMs={NOW_MS}
    />,
    { asked: asked.map((each) => ({ key: SERIES, ...each })) },
  );

test("an alert's page states what happened as facts, each with its time", () => {
  const root = alertScreen();
  expect(outline(root)).toEqual([
    "1 Error rate",
    "2 What happened",
    "2 Yours or the platform's?",
    "2 Chart",
    "2 Mails",
    "2 Pass it on",
    "3 For an issue",
    "3 Words for your users",
  ]);
  expect(facts(one(root, "section[aria-labelledby=facts]"))).toEqual({
    "Alerting since": "21 Nov 13:48 CET breach began 13:43 CET, at 7 %",
    Worst: "12 % at 21 Nov 13:50 CET",
    Now: "Ongoing for 14 min",
    "Threshold at the time": "> 5 % for 5 min recovery period 5 min",
  });
});

test("an alert's page says how long after a release it began, and leads to the release", () => {
  const alert = alertView();
  const atMs = alert.breachedAtMs - 12 * 60_000;
  const root = alertScreen(alert, [], undefined, null, { kind: "deployed", version: "1.4.3", atMs });
  expect(words(one(root, "[data-release-before]"))).toBe("The breach began 12 min after 1.4.3 was deployed.");
  expect(attribute(one(one(root, "[data-release-before]"), "a"), "href")).toBe(
    `/releases/${Math.floor(atMs / 1000)}`,
  );
  for (const kind of ["none", "unknown"] as const)
    expect(all(alertScreen(alert, [], undefined, null, { kind }), "[data-release-before]")).toEqual([]);
});

test("an alert's page names the worst part when it fired, and nothing where it isn't known", () => {
  const said = (worstPart: string | null) =>
    all(alertScreen(alertView(), [], [], null, { kind: "none" }, worstPart), "[data-worst-part]").map(words);
  expect(said("route /upload (91 % of it); 38 of 40 routes have none")).toEqual([
    "Worst part when it fired: route /upload (91 % of it); 38 of 40 routes have none.",
  ]);
  expect(said(null)).toEqual([]);
});

test("an alert's page names what keeps pods from running, or says why that isn't known", () => {
  const at = { atMs: NOW_MS - 10 * MINUTE_MS, isNow: true };
  const app = { pod: "web-2", container: "app", reason: "ImagePullBackOff" };
  const said = (waiting: Parameters<typeof AlertScreen>[0]["waiting"]) =>
    all(alertScreen(alertView(), [], [], waiting), "[data-waiting]").map(words);
  const listed = { waiting: [app, { pod: "web-3", container: null, reason: null }], total: 2 };
  const named = "container app of pod web-2 (ImagePullBackOff) and pod web-3 (no node takes it).";
  expect(said({ ...at, listed, failure: null })).toEqual([`Waiting now: ${named}`]);
  expect(said({ ...at, isNow: false, listed, failure: null })).toEqual([
    `Waiting at 21 Nov 13:52 CET: ${named}`,
  ]);
  expect(said({ ...at, listed: { waiting: [], total: 0 }, failure: null })).toEqual([]);
  const failure = { code: "timeout" as const, message: "The platform's metrics did not answer in time." };
  expect(said({ ...at, listed: null, failure })).toEqual([
    "Waiting now: what keeps pods from running isn't known. The platform's metrics did not answer in time.",
  ]);
});

test("an open alert leads to what to look at first and says when it will be over; one that is over does neither", () => {
  const first = (root: Parameters<typeof all>[0]) =>
    all(root, "a").filter((link) => attribute(link, "href") === "/signals/error-rate#look-first");
  const open = alertScreen();
  expect(words(open)).toContain("Resolves after 5 min within the threshold. What to look at first");
  expect(first(open)).toHaveLength(1);
  const { threshold } = alertView();
  const atOnce = alertScreen(alertView({ threshold: { ...threshold, recoverForSeconds: 0 } }));
  expect(words(atOnce)).toContain("Resolves once it is within the threshold.");
  const over = alertScreen(alertView({ ended: ENDED }));
  expect(words(over)).not.toContain("Resolves");
  expect(first(over)).toHaveLength(0);
});

test("an alert that is over says when and at what value, and asks nothing of the operator any more", () => {
  const root = alertScreen(alertView({ ended: ENDED }));
  expect(facts(one(root, "section[aria-labelledby=facts]")).Ended).toBe(
    "21 Nov 13:58 CET after 10 min, at 6 %",
  );
  expect(all(root, "[data-status=firing]")).toEqual([]);
  expect(named(root, "link")).not.toContain("Report to the operator (leaves Watchpost)");
});

test("an alert without a verdict says why there is none", () => {
  expect(words(alertScreen(alertView(), [], []))).toContain(
    "No verdict: the evidence wasn’t available when this alert began.",
  );
});

test("alerts that came together lead to each other", () => {
  const root = alertScreen(alertView({ together: [{ id: "2", title: "Latency p95" }] }));
  expect(all(root, "a[href=/alerts/2]").map(words)).toEqual(["Latency p95"]);
});

const NOTHING_LEFT = seriesView({
  lines: seriesView().lines.map((line) => ({ ...line, points: line.points.map(([atMs]) => [atMs, null]) })),
});
test.each([
  ["not there yet", [], "pending alert recovering"],
  ["there", [{ answer: seriesView() }], "p95 440 ms"],
  [
    "failed",
    [{ failure: new PollError("failed", "The metrics store is away.") }],
    "The metrics store is away.",
  ],
  ["empty", [{ answer: NOTHING_LEFT }], "Nothing measured is left of that time."],
])("the chart of an alert that is %s says so in words", (_, asked, said) => {
  const chart = one(alertScreen(alertView(), asked), "section[aria-labelledby=chart]");
  expect(words(chart).replace("p95440", "p95 440")).toContain(said);
});
