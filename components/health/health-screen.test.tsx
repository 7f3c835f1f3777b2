import { expect, test } from "vitest";
import { PollError } from "@/components/ui/get-json";
import type { Status } from "@/lib/evaluation/view";
import { packHealth } from "@/lib/views/health/pack";
import type { HealthView, Overall } from "@/lib/views/health/view";
import { all, attribute, cells, facts, named, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn, iconsIn } from "@/testing/status-icons";
import { MAILS, silenceView } from "@/testing/views/alerts";
import { attributionView } from "@/testing/views/attribution";
import { sectionView } from "@/testing/views/events";
import { healthView, MINUTE_MS, NOW_MS, signalView } from "@/testing/views/health";
import { noticesView } from "@/testing/views/notices";
import { availabilityView, barsView } from "@/testing/views/series";
import { drawBars } from "./bar-shape";
import { BarTable } from "./bar-table";
import { HealthScreen } from "./health-screen";
import { LiveHealth } from "./live-health";
import { RuntimePanel } from "./runtime-panel";
import { SignalScreen } from "./signal-screen";

const LINKS = {
  capability: "https://photos.example",
  documentation: "https://docs.example",
  modify: "https://git.example/modify",
  suspect: "https://git.example/suspect",
};
const DAY = ["photos", "series", "availability", "24h"];
const failed = (message: string) => new PollError("failed", message);

type Given = Partial<Parameters<typeof HealthScreen>[0]>;
const screen = (given: Given = {}, asked: Parameters<typeof readable>[1] = {}) =>
  readable(
    <HealthScreen
      view={healthView()}
      renderedAtMs={NOW_MS}
      attribution={attributionView()}
      day={sectionView()}
      notices={noticesView()}
      silence={silenceView()}
      missed={[]}
      hasMigrations={false}
      links={LINKS}
      {...given}
    />,
    asked,
  );
const live = (view: HealthView, renderedAtMs = NOW_MS, around: Parameters<typeof readable>[1] = {}) =>
  readable(
    <LiveHealth
      initial={packHealth(view)}
      renderedAtMs={renderedAtMs}
      capabilityUrl={null}
      silence={null}
      attribution={attributionView()}
      notices={noticesView()}
    />,
    around,
  );

test("the page answers first whether all is well, then shows each signal, charts, causes and events", () => {
  expect(outline(screen())).toEqual([
    "1 Healthy",
    "2 Signals",
    "3 Availability",
    "3 Latency",
    "3 Error rate",
    "3 Saturation",
    "3 Restarts",
    "2 Trends",
    "3 Availability",
    "3 Latency",
    "3 Error rate",
    "3 Saturation",
    "3 Restarts",
    "2 Yours or the platform's?",
    "2 Recently",
    "2 Availability",
    "3 24 hours",
    "3 7 days",
    "3 30 days",
    "2 Ways on",
  ]);
});

test("an alert that never reached the owner stands above everything, until they put it away", () => {
  const root = screen({ missed: [MAILS.bounced] });
  expect(outline(root)[0]).toBe("2 1 alert never reached you");
  expect(named(root, "button")[0]).toBe("I have seen this");
});

const HEADLINES: [Status, Overall["state"], string][] = [
  ["ok", "healthy", "Healthy"],
  ["pending", "pending", "Pending: availability"],
  ["firing", "trouble", "Failing: availability"],
  ["recovering", "recovering", "Recovering: availability"],
  ["no-data", "no-data", "No data: availability"],
  ["unknown", "unknown", "Unknown: availability"],
  ["off", "off", "Availability is not watched"],
];

test.each(HEADLINES)("availability that is %s makes the whole %s, headed “%s”", (status, state, headline) => {
  const root = live(healthView({ signals: [signalView("availability", status), signalView("latency")] }));
  const panel = one(root, `[data-overall=${state}]`);
  expect(words(one(panel, "h1"))).toBe(headline);
  expect(iconsIn(one(panel, "h1"))).toEqual([status]);
  expect(greenIn(panel).length > 0).toBe(status === "ok");
});

test.each([
  [healthView(), "Healthy"],
  [healthView({ signals: [signalView("error-rate", "firing")] }), "Failing: error rate"],
])("a screen reader hears the state and the names when they change, and no value", (view, said) => {
  const region = one(live(view), "[role=status]");
  expect(words(region)).toBe(said);
  expect(attribute(region, "aria-live")).toBe("polite");
});

test("the page leads to data migrations where there are some", () => {
  expect(named(screen(), "link")).not.toContain("Data migrations");
  expect(named(screen({ hasMigrations: true }), "link")).toContain("Data migrations");
});

test("the values' instant is written with its zone, beside their age", () => {
  expect(words(live(healthView(), NOW_MS + 20_000))).toContain("as of 14:02:15 CET CET UTC 20 s ago");
});

test("an overall state of values that came late says how old the oldest is", () => {
  const reading = { kind: "value", value: 0.2, sampledAtMs: NOW_MS - 3 * MINUTE_MS } as const;
  const root = live(healthView({ signals: [signalView("latency", "ok", { reading })] }), NOW_MS + 20_000);
  expect(words(root)).toContain("20 s ago; oldest value 3 min ago");
  expect(words(live(healthView()))).not.toContain("oldest value");
});

test("a capability past its eviction date says so, and nothing of alerting", () => {
  const overall = { state: "not-serving", headline: "Not serving", sentence: "By agreement." } as const;
  const root = live(healthView({ overall }));
  expect(words(one(root, "h1"))).toBe("Not serving");
  expect(named(root, "region")).not.toContain("Alerting");
});

const STALE: [string, Parameters<typeof live>][] = [
  [
    "the last poll failed",
    [
      healthView(),
      NOW_MS,
      {
        asked: [
          {
            key: ["photos", "health"],
            answer: { view: healthView(), ageAtReceiptMs: 0, receivedAt: { wallMs: 0, monotonicMs: 0 } },
            failure: failed("Watchpost can't be reached from here."),
          },
        ],
      },
    ],
  ],
  ["the answer was old when it came", [healthView(), NOW_MS + 2 * MINUTE_MS]],
];

test.each(STALE)(
  "nothing is green where %s: every state is unknown, and says what it last was",
  (_, given) => {
    const root = live(...given);
    expect(greenIn(root)).toEqual([]);
    expect(words(one(root, "h1"))).toBe("Unknown");
    expect(words(one(root, "[data-overall]"))).toContain("Last known: healthy.");
    expect(all(root, "[data-signal]").map((card) => attribute(card, "data-status"))).toEqual(
      Array(5).fill("unknown"),
    );
  },
);

test("after a failed poll the values stay, with a button to ask at once", () => {
  const root = live(...(STALE[0]?.[1] ?? [healthView()]));
  expect(named(root, "button")).toContain("Try again now");
  expect(words(one(root, "[data-signal=latency]"))).toContain("212 ms");
});

test("what runs is stated as facts, each “not known” where nothing is known", () => {
  const { runtime } = healthView();
  const panel = (change: Partial<HealthView["runtime"]>) =>
    facts(
      readable(
        <RuntimePanel
          runtime={{ ...runtime, ...change }}
          faded={false}
          asOfMs={NOW_MS}
          capability="Photo Library"
          capabilityUrl={null}
        />,
      ),
    );
  expect(panel({})).toEqual({
    Version: "1.4.2",
    Replicas: "2 of 2 ready",
    Rollout: "none",
    "Last deployment": "1.4.2, 3 h ago, 21 Nov 11:02 CET How has it been since?",
  });
  expect(panel({ versions: ["1.4.2", "1.5.0"], rollingOut: true })).toMatchObject({
    Version: "1.4.2, 1.5.0",
    Rollout: "in progress",
  });
  expect(
    Object.values(panel({ versions: null, replicas: null, rollingOut: null, lastDeployment: null })),
  ).toEqual(Array(4).fill("not known"));
});

test("what runs says of when it is, where it could not be asked", () => {
  const lastKnown = {
    reason: { code: "timeout", message: "The metrics store did not answer in time." },
    asOfMs: NOW_MS - MINUTE_MS,
  };
  const root = live(healthView({ runtime: { ...healthView().runtime, lastKnown } }));
  expect(words(one(root, "section[aria-label=What runs now]"))).toContain(
    "As of 14:01:15 CET: The metrics store did not answer in time.",
  );
});

test("the day's list is the server's until the first answer, and says why it is no newer after a failure", () => {
  const recently = (around: Parameters<typeof readable>[1], day = sectionView()) => {
    const root = screen({ day }, around);
    return words(one(root, "section[aria-labelledby=recently]"));
  };
  expect(recently({})).toContain("out of memory");
  const away = { asked: [{ key: DAY, failure: failed("The metrics store is away.") }] };
  expect(recently(away)).toContain("As of 14:02:15 CET. The metrics store is away.");
  expect(recently(away, sectionView({ events: [] }))).toContain("The list could not be loaded");
  expect(recently({}, sectionView({ events: [] }))).toContain("Nothing happened in the last 24 hours");
});

const bars = (around: Parameters<typeof readable>[1]) => one(screen({}, around), "[data-bars=24h]");

test("the availability bars are a picture with words, and a table with the same figures", () => {
  const row = bars({ asked: [{ key: DAY, answer: availabilityView() }] });
  expect(words(row)).toContain("95 % · 33 % unknown");
  expect(words(row)).toContain("until 14:02 CET");
  expect(named(row, "img")).toEqual(["3 intervals: 1 below the threshold, 1 unknown."]);
  const { bars: known } = availabilityView();
  const table = readable(
    <BarTable range="24h" bars={drawBars(known?.bars ?? [], null)} downtime={known?.downtime ?? null} />,
  );
  expect(cells(one(table, "table"))).toEqual([
    ["From", "Available", "Known", "Downtime"],
    ["21 Nov 13:02 CET", "unknown", "0 %", "Nothing is known of this time."],
    ["21 Nov 12:02 CET", "90 %", "100 %", "Down for 6 min: 4 min the platform's and 2 min unknown."],
    ["21 Nov 11:02 CET", "100 %", "100 %", "No downtime."],
  ]);
});

const PART = { part: "bars" as const, code: "timeout", message: "It took too long." };
test.each([
  ["not answered yet", {}, ""],
  ["failed", { asked: [{ key: DAY, failure: failed("The metrics store is away.") }] }, "could not be loaded"],
  [
    "without bars",
    { asked: [{ key: DAY, answer: availabilityView({ bars: barsView({ bars: [], downtime: [] }) }) }] },
    "Nothing is known of this time",
  ],
  [
    "old",
    { asked: [{ key: DAY, answer: availabilityView(), failure: failed("The metrics store is away.") }] },
    "As of 14:02 CET: The metrics store is away.",
  ],
  [
    "without an answer for the bars alone",
    { asked: [{ key: DAY, answer: availabilityView({ bars: null, failed: [PART] }) }] },
    "This could not be loaded It took too long.",
  ],
])("bars that are %s never look like no downtime", (_, around, said) => {
  expect(words(bars(around))).toContain(said);
  expect(words(bars(around))).toContain("24 hours");
});

test("a signal's page says where each line stands, and leads to its threshold", () => {
  const signal = signalView("saturation", "pending");
  const root = readable(
    <SignalScreen
      view={healthView({ signals: [signal] })}
      renderedAtMs={NOW_MS}
      signal={signal}
      facts={null}
      modifyUrl={null}
    />,
  );
  expect(outline(root).slice(0, 2)).toEqual(["1 Saturation", "2 History"]);
  expect(cells(one(root, "table"))[1]).toEqual([
    "CPU",
    "71 %",
    "> 90 % for 5 min Change the threshold of CPU",
    "5 min",
    "Pending Breaching for 2 min of 5 min",
  ]);
  const links = all(one(root, "table"), "a").map((link) => attribute(link, "href"));
  expect(links).toEqual(["cpu", "memory", "storage"].map((line) => `/thresholds?line=saturation/${line}`));
  expect(words(root)).toContain("The platform's definitions have not been applied yet.");
});

test("a signal's page explains how it is measured, once that is known", () => {
  const root = readable(
    <SignalScreen
      view={healthView()}
      renderedAtMs={NOW_MS}
      signal={{ id: "latency", title: "Latency" }}
      facts={{
        explanation: "How long requests take.",
        windowSeconds: 300,
        staleAfterSeconds: 60,
        scrapeIntervalSeconds: 15,
        minimumRequests: 20,
        queries: [{ label: "p95", query: "histogram_quantile(0.95, …)" }],
      }}
      modifyUrl="https://git.example/modify"
    />,
  );
  expect(words(root)).toContain("With fewer than 20 requests in that time there is too little to judge");
  expect(words(root)).toContain("histogram_quantile(0.95, …)");
  expect(named(root, "link")).toContain("Modify my capability (leaves Watchpost)");
});

test("a signal's page that is stale shows no state of now, and why", () => {
  const root = readable(
    <SignalScreen
      view={healthView()}
      renderedAtMs={NOW_MS + 2 * MINUTE_MS}
      signal={{ id: "latency", title: "Latency" }}
      facts={null}
      modifyUrl={null}
    />,
  );
  expect(greenIn(root)).toEqual([]);
  expect(words(one(root, "[role=status]"))).toBe("Unknown The answer that arrived is an old one.");
});
