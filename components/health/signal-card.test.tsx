import { expect, test } from "vitest";
import { STATUS_WORDS } from "@/components/ui/status";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { type SignalView, STATUSES, type Status } from "@/lib/evaluation/view";
import { packHealth } from "@/lib/views/health/pack";
import type { HealthView } from "@/lib/views/health/view";
import { all, attribute, named, one, rendered, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn, iconsIn } from "@/testing/status-icons";
import { healthView, NOW_MS, signalView } from "@/testing/views/health";
import { LiveSignal } from "./live-signal";
import { SignalCard } from "./signal-card";
import { cardNote } from "./signal-words";

const card = (signal = signalView("latency")) =>
  readable(
    <ul>
      <SignalCard signal={signal} asOfMs={NOW_MS} ageMs={10_000} />
    </ul>,
  );

/** What a card says besides its state, per status of latency. */
const SAID: Record<Status, string[]> = {
  ok: ["212 ms", "alert > 1 s for 5 min", "15 s ago"],
  pending: ["212 ms", "Breaching for 2 min of 5 min"],
  firing: ["212 ms", "Alerting for 14 min"],
  recovering: ["212 ms", "Within the threshold for 3 min of 5 min"],
  "no-traffic": ["–", "4 requests; 20 needed to judge"],
  "no-data": ["400 ms", "Last known value", "20 min ago"],
  unknown: ["400 ms", "The metrics store did not answer in time."],
  "no-limit": ["–", "No container limit is reported for"],
  "scaled-to-zero": ["–", "No replica is wanted"],
  off: ["212 ms", "alert switched off"],
};

test.each(STATUSES)(
  "a signal that is %s says it by word and icon, and what there is to say of it",
  (status) => {
    const root = card(signalView("latency", status));
    expect(words(one(root, "span[data-status]"))).toBe(STATUS_WORDS[status]);
    expect(iconsIn(root)).toEqual([status]);
    for (const said of SAID[status]) expect(words(root)).toContain(said);
    expect(greenIn(root).length > 0).toBe(status === "ok");
  },
);

test.each(SIGNAL_IDS)("%s leads to its own page by a link that has its name", (id) => {
  const signal = signalView(id);
  const link = one(card(signal), "a");
  expect(attribute(link, "href")).toBe(`/signals/${id}`);
  expect(words(link)).toBe(signal.title);
});

test("a resource that isn't the worst says its own state to a screen reader, and by an icon where it isn't ok", () => {
  const signal = signalView("saturation", "ok");
  const [cpu, memory, storage] = signal.lines;
  if (!cpu || !memory || !storage) throw new Error("Saturation has three lines.");
  const root = card({ ...signal, lines: [cpu, { ...memory, status: "no-traffic" }, storage] });
  expect(words(root)).toContain("Memory 71 %, No traffic, alert > 90 % for 5 min");
  expect(words(root)).toContain("Storage 71 %, OK, alert > 90 % for 5 min");
  expect(iconsIn(root)).toEqual(["ok", "no-traffic"]);
});

const storage = {
  signal: "saturation" as const,
  line: "storage",
  kind: "full" as const,
  fullAtMs: NOW_MS + 86_400_000,
  fullBetweenMs: [NOW_MS + 80_000_000, NOW_MS + 90_000_000] as [number, number],
  sentence: "At this rate full Thursday about 14:00 UTC, between Wednesday and Saturday.",
  onCard: "Storage full Thu about 14:00 UTC, between Wed and Sat",
};
const memory = { ...storage, line: "memory", fullAtMs: NOW_MS + 9_000_000, onCard: "Memory full today" };

test("a card says what of its signal will be full within a week, the first one only", () => {
  const said = (forecasts: (typeof storage)[], id: SignalView["id"] = "saturation") =>
    words(
      readable(
        <ul>
          <SignalCard signal={signalView(id)} forecasts={forecasts} asOfMs={NOW_MS} ageMs={10_000} />
        </ul>,
      ),
    );
  expect(said([storage])).toContain(storage.onCard);
  expect(said([memory, storage])).toContain("Memory full today");
  expect(said([memory, storage])).not.toContain(storage.onCard);
  expect(said([storage], "latency")).not.toContain("full");
});

test("an alert comes before what will be full", () => {
  expect(cardNote(signalView("saturation", "firing"), [storage], NOW_MS)).toMatch(
    /^Alerting for .* · Storage full Thu/,
  );
  expect(cardNote(signalView("saturation"), undefined, NOW_MS)).toBeNull();
});

test("the signal's page has the sentence for its line, also of what has no date", () => {
  const uneven = {
    ...storage,
    line: "memory",
    kind: "uneven" as const,
    sentence: "Too uneven to say when it will be full.",
    onCard: null,
  };
  const page = (forecasts: HealthView["forecasts"]) =>
    words(
      rendered(
        <LiveSignal
          initial={packHealth(healthView({ forecasts }))}
          renderedAtMs={NOW_MS}
          signalId="saturation"
        />,
      ),
    );
  const text = page([storage, uneven]);
  expect(text).toContain(storage.sentence);
  expect(text).toContain(uneven.sentence);
  // As an older build answers.
  expect(page(undefined)).not.toContain("full");
});

test("a signal without any sample says so instead of an age", () => {
  const root = card(signalView("latency", "no-data", { reading: { kind: "no-data", last: null } }));
  expect(words(root)).toContain("no sample");
  expect(words(root)).toContain("Nothing has arrived");
  expect(words(root)).not.toMatch(/\b0 ms\b/);
});

test("the last hour is a picture with words, or hidden", () => {
  const root = card();
  for (const svg of all(root, "svg"))
    expect(attribute(svg, "aria-hidden") === "true" || attribute(svg, "role") === "img").toBe(true);
  expect(named(root, "img").every((name) => name.length > 0)).toBe(true);
});
