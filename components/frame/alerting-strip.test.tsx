import { expect, test } from "vitest";
import { SilenceWords } from "@/components/alerts/silence-words";
import { all, attribute, facts, named, one, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn, iconsIn } from "@/testing/status-icons";
import { silenceView } from "@/testing/views/alerts";
import { alertingOffView, alertingView, degradedView, NOW_MS } from "@/testing/views/health";
import { AlertingStrip } from "./alerting-strip";
import { linkDetail } from "./alerting-words";

const strip = (alerting = alertingView(), stale = false) =>
  readable(
    <AlertingStrip
      alerting={alerting}
      asOfMs={NOW_MS}
      stale={stale}
      silence={<SilenceWords silence={silenceView()} />}
    />,
  );

test("a chain that works is one line of the present, with each link and the proof of silence in its details", () => {
  const root = strip();
  expect(words(one(root, "summary"))).toBe("Alerting All five alerting steps work. Details Close");
  expect(words(root)).toMatch(/Since .*: 17,280 evaluations, none skipped\. E-mail may be late or lost\./);
  expect(all(root, "ul")).toEqual([]);
  expect(facts(root).relay).toBe("Works. Last seen 12 s ago.");
  expect(iconsIn(root)).toEqual(["ok"]);
});

test("a broken link says why, has another icon, and warns of silence", () => {
  const root = strip(degradedView("relay", "The relay has not answered for 10 min."));
  expect(words(one(root, "ul"))).toContain("relay: does not work");
  expect(facts(root).relay).toContain("The relay has not answered for 10 min.");
  expect(words(root)).toContain("no alert doesn't mean healthy");
  expect(iconsIn(root)).toEqual(["ok", "ok", "ok", "no-data", "ok"]);
});

test("an installation that sends no alerts says so, and offers no test of them", () => {
  const root = strip(alertingOffView());
  expect(words(root)).toContain("This installation sends no alerts yet.");
  expect(named(root, "link")).toEqual([]);
  expect(iconsIn(root)).toEqual(["ok"]);
});

test("where it sends them, a test alert is a link away, beside the proof of silence", () => {
  const root = strip();
  expect(all(root, "a").map((link) => attribute(link, "href"))).toEqual(["/alerts#test"]);
  expect(words(root)).toContain("17,280 evaluations, none skipped");
});

test("a stale strip calls no link working now, neither in sight nor in its details", () => {
  const root = strip(alertingView(), true);
  expect(greenIn(root)).toEqual([]);
  expect(words(one(root, "ul"))).toBe(
    "metrics: unknown evaluator: unknown queue: unknown relay: unknown your address: unknown",
  );
  expect(facts(root).relay).toBe("Last known: Works. Last seen 14:02:03 CET.");
  expect(words(root)).not.toContain("alerting steps work");
  expect(words(root)).toContain("E-mail may be late or lost.");
  expect(words(root)).not.toContain("shows the state now");
});

test.each([
  [true, null, false, "Works."],
  [false, null, false, "Does not work."],
  [false, "The relay refuses.", false, "The relay refuses."],
  [true, null, true, "Last known: Works."],
  [false, "The relay refuses.", true, "Last known: The relay refuses."],
])("a link that is ok (%s), for reason “%s”, stale (%s), reads “%s”", (ok, reason, stale, said) => {
  expect(linkDetail({ ok, reason }, stale)).toBe(said);
});
