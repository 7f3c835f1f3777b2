import { expect, test } from "vitest";
import { PollError } from "@/components/ui/get-json";
import type { HoldEnd } from "@/lib/attribution/hold";
import type { Side } from "@/lib/attribution/verdict";
import type { AttributionView } from "@/lib/attribution/view";
import type { NoticesView } from "@/lib/notices/view";
import { all, attribute, named, one, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import {
  attributedAlert,
  attributionView,
  holdView,
  REASONS,
  verdictView,
} from "@/testing/views/attribution";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import { incidentView, NO_NOTICES, noticesView, UNREAD_NOTICES } from "@/testing/views/notices";
import { AttributionPanel } from "./attribution-panel";
import { HoldWords } from "./hold-words";
import { VerdictHistory } from "./verdict-history";
import { hrefOf, platformWords, SIDE_SIGNS, SIDE_WORDS } from "./verdict-words";

const SUSPECT = "https://git.example/suspect";
const panel = (view: AttributionView, notices: NoticesView = noticesView(), failure?: PollError) =>
  readable(
    <AttributionPanel initial={view} notices={notices} suspectUrl={SUSPECT} />,
    failure ? { asked: [{ key: ["photos", "attribution"], answer: view, failure }] } : {},
  );
const withVerdict = (side: Side) =>
  attributionView({ alerts: [attributedAlert({ verdict: { ...verdictView(side), atMs: NOW_MS } })] });

test("without an alert there is nothing to attribute, and the platform's state is shown all the same", () => {
  expect(words(panel(attributionView()))).toBe(
    "Yours or the platform's? Nothing to attribute. Everything of the platform that you depend on works. The platform's components Ingress: works Nodes (node-a): works",
  );
});

const SIDES = Object.keys(SIDE_WORDS) as Side[];
test.each(SIDES)("a verdict of %s says so by a word, and by a sign of its own", (side) => {
  const root = panel(withVerdict(side));
  const verdict = one(root, `[data-side=${side}]`);
  expect(words(one(verdict, "strong"))).toBe(`${SIDE_WORDS[side]}.`);
  expect(words(verdict)).toContain(`A sentence about ${side}.`);
  expect(words(one(one(verdict, "strong"), "[aria-hidden=true]").childNodes[0] ?? verdict)).toBe(
    SIDE_SIGNS[side],
  );
  expect(new Set(Object.values(SIDE_SIGNS)).size).toBe(SIDES.length);
});

test("each reason leads to where it can be looked at, by a link that says which", () => {
  const links = all(one(panel(withVerdict("yours")), "ol"), "a");
  expect(links.map((link) => attribute(link, "href"))).toEqual(
    Object.values(REASONS).map(({ target }) => hrefOf(target)),
  );
  expect(links.map(words)).toEqual([
    "Component: Ingress (node-a) was failing at onset.",
    "Event: Version 1.4.2 was deployed 3 minutes before.",
    "Chart: Memory was at 97 % of its limit.",
  ]);
});

test("an unclear verdict says what would decide it", () => {
  expect(words(panel(withVerdict("unclear")))).toContain("Your own logs would decide it.");
});

test("an alert without a verdict says why", () => {
  const view = attributionView({ alerts: [attributedAlert({ verdict: null })] });
  expect(words(panel(view))).toContain("No verdict: the evidence wasn’t available");
});

test("the side that lists and mails go by is named where later evidence says another", () => {
  const of = (keptSide: Side | null) =>
    panel(
      attributionView({
        alerts: [attributedAlert({ verdict: { ...verdictView("both"), atMs: NOW_MS }, keptSide })],
      }),
    );
  expect(words(one(of("yours"), "[data-kept-side=yours]"))).toBe(
    `At onset: ${SIDE_WORDS.yours.toLowerCase()}. Changed to ${SIDE_WORDS.both.toLowerCase()}, by later evidence about the onset.`,
  );
  for (const same of ["both", null] as const) expect(all(of(same), "[data-kept-side]")).toEqual([]);
});

test.each<[Side, boolean]>([
  ["yours", false],
  ["unclear", false],
  ["both", true],
  ["platform", true],
])("with a verdict of %s the operator is blamed: %s", (side, blamed) => {
  const root = panel(withVerdict(side));
  expect(words(root).includes("you need not file anything")).toBe(blamed);
  expect(all(root, `a[href=${SUSPECT}]`)).toHaveLength(blamed ? 0 : 1);
});

test("an open incident that fits is named with its age, and links to its comments", () => {
  const root = panel(withVerdict("platform"), noticesView({ open: [incidentView()] }));
  expect(words(root)).toContain("open issue #14, “Ingress drops requests”, opened 20 min ago");
  expect(named(root, "link")).toContain("Read it or comment (leaves Watchpost)");
});

test.each<[string, NoticesView, string]>([
  ["are not read", UNREAD_NOTICES, "Whether an issue is open isn’t known here"],
  ["don't exist", NO_NOTICES, "The operator sees the same signals; you need not file anything."],
  ["are old", noticesView({ stale: "GitHub did not answer." }), "because: GitHub did not answer."],
])("where the operator's issues %s, no issue is claimed to be missing", (_, notices, said) => {
  expect(words(panel(withVerdict("platform"), notices))).toContain(said);
});

test("after a failed poll the panel says of when it is, and why", () => {
  const text = words(panel(withVerdict("yours"), noticesView(), new PollError("failed", "It is away.")));
  expect(text).toContain("As of 14:02:15 CET. It is away.");
});

const component = (state: "ok" | "failing" | "unknown", name = "Ingress") => ({
  id: name,
  name,
  parts: [],
  state,
});
test.each([
  ["nothing is known", null, "The state of the platform's components is not known."],
  ["all are unknown", [component("unknown")], "The state of the platform's components is not known."],
  ["all work", [component("ok")], "Everything of the platform that you depend on works."],
  [
    "some are unknown",
    [component("ok"), component("unknown", "DNS")],
    "Of the platform, everything that is known works; not all of it is known.",
  ],
  [
    "one fails",
    [component("failing"), component("unknown", "DNS")],
    "Of the platform, Ingress is failing now.",
  ],
  [
    "two fail",
    [component("failing"), component("failing", "DNS")],
    "Of the platform, Ingress and DNS are failing now.",
  ],
])("the platform is said to work only as far as that is known: %s", (_, components, said) => {
  expect(platformWords(components)).toBe(said);
});

const hold = (change: Parameters<typeof holdView>[0]) =>
  words(readable(<HoldWords hold={holdView(change)} />));

test("a hold says since when the mail is delayed, why, and until when at the latest", () => {
  expect(hold({})).toBe(
    "Mail delayed since 13:48 CET: Ingress fails on the platform, and the operator is working on it (issue #12). You are mailed if the alert is still open 10 minutes after the incident ends, and at 14:48 CET at the latest.",
  );
  expect(hold({ components: ["Ingress", "DNS"] })).toContain("Ingress and DNS fail on the platform");
});

test("a hold whose incident is over says when the mail comes, never later than the limit", () => {
  expect(hold({ overSinceMs: NOW_MS - 2 * MINUTE_MS })).toContain("If the alert is still open at 14:10 CET");
  const untilMs = NOW_MS + MINUTE_MS;
  expect(hold({ overSinceMs: NOW_MS - 2 * MINUTE_MS, untilMs })).toContain(
    "If the alert is still open at 14:03 CET",
  );
});

test.each<[HoldEnd, string]>([
  ["outlasted", "It outlasted the incident."],
  ["limit", "No mail is held back for longer than an hour."],
  ["own", "By then not everything pointed to the platform alone."],
  ["together", "By then another mail was due."],
  ["data-missing", "Then its data went missing, and that is never held back."],
  ["alert-over", "Then the alert ended."],
])("a hold that ended by %s says from when to when, and why it ended", (why, said) => {
  expect(hold({ ended: { atMs: NOW_MS, why } })).toBe(
    `The mail about it was held back from 13:48 CET to 14:02 CET, because of an incident of the platform (Ingress, issue #12). ${said}`,
  );
});

test("a verdict that changed keeps what was said before, with its times", () => {
  const at = (side: Side, minutesAgo: number) => ({
    ...verdictView(side),
    alertId: "0b5e",
    atMs: NOW_MS - minutesAgo * MINUTE_MS,
  });
  const root = readable(<VerdictHistory verdicts={[at("unclear", 9), at("platform", 4)]} operator={null} />);
  expect(words(one(root, "strong"))).toBe("The platform's.");
  expect(named(root, "summary")).toEqual(["How the verdict changed (1)"]);
  expect(all(one(root, "[data-verdict-history]"), "li").map(words)).toEqual([
    "21 Nov 13:53 CET · Unclear",
    "21 Nov 13:58 CET · The platform's: Ingress (node-a) was failing at onset.",
  ]);
});
