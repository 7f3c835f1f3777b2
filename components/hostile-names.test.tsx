import { readFile } from "node:fs/promises";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { waitingOf } from "@/lib/evaluation/waiting";
import { all, ancestors, attribute, type Element, elements, parsed, rendered } from "@/testing/markup";
import { alertView, MAILS, mailView, silenceView, testAlertView } from "@/testing/views/alerts";
import {
  attributedAlert,
  attributionView,
  holdView,
  REASONS,
  verdictView,
} from "@/testing/views/attribution";
import { EVENTS, restart, sectionView, timelineView } from "@/testing/views/events";
import {
  breakdownView,
  degradedView,
  healthView,
  lineView,
  NOW_MS,
  signalView,
} from "@/testing/views/health";
import { MIGRATION, migrationView, runView } from "@/testing/views/migration";
import { incidentView, noticesView, noticeView } from "@/testing/views/notices";
import { comparedLine, releaseView } from "@/testing/views/releases";
import { editView, thresholdLine, thresholdsView } from "@/testing/views/thresholds";
import { AlertScreen } from "./alerts/alert-screen";
import { AlertsScreen } from "./alerts/alerts-screen";
import { AlertingBanner } from "./frame/alerting-banner";
import { Header } from "./frame/header";
import { HealthScreen } from "./health/health-screen";
import { SignalScreen } from "./health/signal-screen";
import { LeavingBanner } from "./leaving/leaving-banner";
import { LeavingScreen } from "./leaving/leaving-screen";
import { MigrationScreen } from "./migration/migration-screen";
import { NoticesScreen } from "./notices/notices-screen";
import { ReleaseScreen } from "./releases/release-screen";
import { ThresholdsScreen } from "./thresholds/thresholds-screen";
import { TimelineScreen } from "./timeline/timeline-screen";

const HOSTILE = {
  "with angle brackets": `</title></script><img src=x onerror="alert(1)"><script>alert(1)</script>`,
  "with quotes and an ampersand": `" onmouseover='alert(1)' & &lt;b&gt;`,
  "from right to left": "\u202egnp.exe\u202c שלום \u2067مرحبا\u2069",
  "of ten thousand letters": "a".repeat(10_000),
  "over several lines": "first\nsecond\r\n\tthird\u2028fourth",
};

const TITLES = { availability: "A", latency: "L", "error-rate": "E", saturation: "S", restarts: "R" };
const health = (name: string) =>
  healthView({
    tenant: { id: "photos", name },
    signals: [
      { ...signalView("availability"), title: name },
      signalView("latency", "unknown", {
        reading: { kind: "unknown", reason: { code: "timeout", message: name }, last: null },
      }),
    ],
    runtime: {
      ...healthView().runtime,
      versions: [name],
      lastDeployment: { version: name, atMs: NOW_MS },
      lastKnown: { reason: { code: "timeout", message: name }, asOfMs: NOW_MS },
    },
    alerting: degradedView("relay", name),
  });
const hostileRelease = (name: string) => {
  const release = { atMs: NOW_MS, lastAtMs: NOW_MS, versions: [name] };
  const { compared, rollout } = releaseView();
  return releaseView({
    release,
    previous: release,
    next: release,
    doubt: { kind: "other-release", which: "next", release },
    rollout: rollout && {
      ...rollout,
      kind: "stuck",
      ageMs: 1,
      ...waitingOf([{ labels: { pod: name, container: name, reason: name } }]),
    },
    compared: compared && {
      ...compared,
      lines: [comparedLine({ name, word: "unclear", reason: { kind: "component", name } })],
    },
  });
};
const verdict = (name: string) =>
  verdictView("unclear", {
    sentence: name,
    wouldDecide: name,
    reasons: [{ ...REASONS.component, sentence: name }],
  });
const attribution = (name: string) =>
  attributionView({
    alerts: [
      attributedAlert({
        name,
        hold: holdView({ components: [name] }),
        verdict: { ...verdict(name), atMs: NOW_MS },
      }),
    ],
    platform: { components: [{ id: "ingress", name, parts: [name], state: "failing" }] },
  });
const bounced = (name: string) =>
  mailView({ bounce: { action: "failed", note: null, status: "5.1.1", detail: name, atMs: NOW_MS } });
const events = (name: string) => [
  restart(NOW_MS - 1_000, { pod: name, container: name, reason: name }),
  { ...EVENTS.deployment, version: name },
  { ...EVENTS.alert, name },
  { ...EVENTS["threshold-edit"], name, by: name, from: name, to: name },
  { ...EVENTS.notice, title: name },
];
const notices = (name: string) =>
  noticesView({
    open: [incidentView({ title: name }), noticeView({ title: name })],
    stale: name,
  });
const LINKS = { capability: null, documentation: null, modify: null, suspect: null };

/** Every screen, with a name wherever somebody outside of the portal chooses the words. */
const SCREENS: Record<string, (name: string) => ReactNode> = {
  header: (name) => <Header capability={name} owner={name} hasMigrations />,
  health: (name) => (
    <HealthScreen
      view={health(name)}
      renderedAtMs={NOW_MS}
      attribution={attribution(name)}
      day={sectionView({ events: events(name) as ReturnType<typeof sectionView>["events"] })}
      notices={notices(name)}
      silence={silenceView()}
      missed={[bounced(name)]}
      hasMigrations
      links={LINKS}
    />
  ),
  signal: (name) => (
    <SignalScreen
      view={health("Photos")}
      renderedAtMs={NOW_MS}
      signal={{ id: "availability", title: "A" }}
      facts={null}
      modifyUrl={null}
      breakdowns={[
        {
          line: lineView(),
          answer: { kind: "parts", breakdown: breakdownView([{ words: name }], { label: name }) },
        },
        { line: lineView({ id: "p99" }), answer: { kind: "unnamed", by: [name] } },
      ]}
    />
  ),
  alerts: (name) => (
    <AlertsScreen
      tenantId="photos"
      address={name}
      sendsAlerts
      isServing
      silence={silenceView()}
      test={testAlertView(bounced(name))}
      history={{
        alerts: [alertView({ title: name, mails: [bounced(name)], together: [{ id: "2", title: name }] })],
        titles: TITLES,
        signal: null,
        nextHref: null,
        isFirstPage: true,
        nowMs: NOW_MS,
      }}
      otherMails={[MAILS.gotIt, bounced(name)]}
    />
  ),
  alert: (name) => (
    <AlertScreen
      worstPart={name}
      tenantId="photos"
      alert={alertView({ title: name, mails: [bounced(name)], together: [{ id: "2", title: name }] })}
      waiting={{
        atMs: NOW_MS,
        isNow: true,
        listed: waitingOf([{ labels: { pod: name, container: name, reason: name } }]),
        failure: null,
      }}
      verdicts={[{ ...verdict(name), alertId: "0b5e", atMs: NOW_MS }]}
      operator={{ view: notices(name), suspectUrl: null, asOfMs: NOW_MS }}
      passOn={{ markdown: name, forUsers: name }}
      release={{ kind: "deployed", version: name, atMs: NOW_MS }}
      nowMs={NOW_MS}
    />
  ),
  release: (name) => <ReleaseScreen view={hostileRelease(name)} />,
  thresholds: (name) => (
    <ThresholdsScreen
      initial={thresholdsView({ lines: [thresholdLine({ name })], edits: [editView({ by: name })] })}
      renderedAtMs={NOW_MS}
    />
  ),
  timeline: (name) => (
    <TimelineScreen
      initial={timelineView({
        now: [{ kind: "alert", id: "0b5e", name, sinceMs: NOW_MS }],
        day: sectionView({ events: events(name) as ReturnType<typeof sectionView>["events"], failed: name }),
        notices: name,
      })}
      kind={null}
    />
  ),
  migration: (name) => (
    <MigrationScreen
      initial={migrationView({
        failed: name,
        shown: runView({
          state: "failed",
          endedAtMs: NOW_MS,
          jobName: name,
          migration: { ...MIGRATION, title: name, source: name, items: name },
          lastError: { text: name, atMs: NOW_MS },
          others: [{ name, value: 1 }],
        }),
        mails: { wanted: true, address: name },
      })}
      runId={null}
    />
  ),
  notices: (name) => <NoticesScreen view={notices(name)} suspectUrl={null} />,
  export: (name) => (
    <LeavingScreen
      exportTool={{ contains: name, leavesOut: name, layout: name, formats: name, takes: name }}
      renderedAtMs={NOW_MS}
    />
  ),
};

/** What a page is built of: its elements with the names of their attributes, whatever the words are. */
const skeleton = (root: Element) =>
  elements(root).map(({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(" ")}`);
const allText = (root: Element): string =>
  elements(root)
    .flatMap(({ childNodes }) => childNodes.flatMap((node) => ("value" in node ? [node.value] : [])))
    .join("\n");

const classesOf = (element: Element) => (attribute(element, "class") ?? "").split(/\s+/);

/** The elements that are seen and whose words may not be broken. */
const unbroken = (root: Element, word: string) =>
  elements(root)
    .filter(({ childNodes }) => childNodes.some((node) => "value" in node && node.value.includes(word)))
    .filter((element) =>
      [element, ...ancestors(element)].some((each) => classesOf(each).includes("whitespace-nowrap")),
    )
    .filter((element) => !classesOf(element).includes("sr-only"))
    .map((element) => `${element.tagName} ${classesOf(element).join(" ")}`);

describe.each(Object.entries(SCREENS))("the page “%s”", (_, screen) => {
  const plain = skeleton(rendered(screen("Plain name")));
  test.each(Object.entries(HOSTILE))(
    "is built the same with a name %s, which stays words and may break",
    (_kind, name) => {
      const root = rendered(screen(name));
      expect(skeleton(root)).toEqual(plain);
      // A browser reads each end of line as \n.
      expect(allText(root)).toContain(name.replaceAll("\r\n", "\n").replaceAll("\r", "\n"));
      for (const tag of ["script", "img"]) expect(all(root, tag)).toEqual([]);
      expect(unbroken(root, name)).toEqual([]);
    },
  );
});

test("words are broken everywhere but where a class forbids it", async () => {
  const styles = await readFile("app/globals.css", "utf8");
  expect(styles).toMatch(/\n {2}body \{[^}]*overflow-wrap: break-word;/);
});

test.each(Object.entries(HOSTILE))("the banners stay words with a reason %s", (_kind, reason) => {
  const pauses = [{ from: new Date(NOW_MS - 1_000).toISOString(), reason }];
  const from = new Date(NOW_MS - 86_400_000).toISOString();
  const eviction = { from, issueUrl: "https://git.example/issues/83", pauses };
  const root = rendered(
    <>
      <AlertingBanner />
      <LeavingBanner renderedAtMs={NOW_MS} />
    </>,
    { frame: { alerting: degradedView("relay", reason), leaving: { eviction, zone: "UTC" } } },
  );
  const text = allText(root);
  expect(text.split(reason.replaceAll("\r\n", "\n"))).toHaveLength(3);
  expect(all(root, "script")).toEqual([]);
});

test("the check itself sees a name that isn't escaped", () => {
  const name = HOSTILE["with angle brackets"];
  expect(all(parsed(`<p>${name}</p>`), "script")).toHaveLength(1);
  expect(all(parsed(renderToStaticMarkup(<p>{name}</p>)), "script")).toEqual([]);
});
