import { describe, expect, test } from "vitest";
import { statusOf } from "@/lib/evaluation/status";
import type { Condition, LineView, Reading, SignalView } from "@/lib/evaluation/view";
import { overallOf } from "./overall";

const threshold: LineView["threshold"] = {
  value: 0.05,
  inclusive: false,
  forSeconds: 300,
  recoverForSeconds: 300,
  enabled: true,
  version: 0,
  source: "default",
};
const value = (number: number): Reading => ({ kind: "value", value: number, sampledAtMs: 0 });
const noData: Reading = { kind: "no-data", last: null };
const idle: Reading = { kind: "no-traffic", requests: 1, minimum: 20, sampledAtMs: 0 };
const unknown = (message: string): Reading => ({
  kind: "unknown",
  reason: { code: "timeout", message },
  last: null,
});

function line(id: string, label: string, reading: Reading, condition: Condition | null): LineView {
  return {
    id,
    label,
    reading,
    condition,
    conditionSinceMs: null,
    status: statusOf(reading, condition),
    threshold,
    trend: [],
  };
}

function signal(id: SignalView["id"], title: string, ...lines: LineView[]): SignalView {
  const [first] = lines;
  if (!first) throw new Error("A signal has lines.");
  return { ...first, id, title, unit: "share", worse: "higher", lines };
}

const off = (judged: LineView): LineView => ({
  ...judged,
  condition: null,
  status: "off",
  threshold: { ...judged.threshold, enabled: false },
});

const up = signal("availability", "Availability", line("a", "Probes", value(1), "ok"));
const errors = (reading: Reading, condition: Condition | null) =>
  signal("error-rate", "Error rate", line("e", "Requests that failed", reading, condition));
const saturation = (cpu: Reading, memory: Reading, condition: Condition = "ok") =>
  signal(
    "saturation",
    "Saturation",
    line("cpu", "CPU", cpu, condition),
    line("memory", "Memory", memory, condition),
  );

const notified = (...signals: SignalView[]) => {
  const { state, headline, sentence } = overallOf(signals);
  return `${state} | ${headline} | ${sentence.replaceAll("\u00a0", " ")}`;
};

describe("healthy", () => {
  test("is said when every line is fresh and inside its threshold", () => {
    expect(notified(up, errors(value(0.01), "ok"))).toBe(
      "healthy | Healthy | All signals are inside your thresholds.",
    );
  });

  test("names what could not be judged for want of requests", () => {
    expect(notified(up, errors(idle, "ok"))).toBe(
      "healthy | Healthy | All signals that can be judged are inside your thresholds. Too few requests to judge error rate.",
    );
  });

  test("is never said without a value of availability", () => {
    const silent = signal("availability", "Availability", line("a", "Probes", idle, "ok"));
    expect(notified(silent, errors(value(0.01), "ok"))).toMatch(/^no-data/);
    expect(notified(errors(value(0.01), "ok"))).toMatch(/^no-data/);
  });

  test("is never said of no signals at all", () => {
    expect(overallOf([]).state).toBe("unknown");
  });
});

describe("what is switched off", () => {
  const down = signal("availability", "Availability", off(line("a", "Probes", value(0), null)));
  const failing = signal("error-rate", "Error rate", off(line("e", "Requests that failed", value(1), null)));

  test("is named beside a healthy verdict, and never counts as inside its threshold", () => {
    expect(notified(up, failing)).toBe(
      "healthy | Healthy | All signals that are watched are inside your thresholds. Not watched: error rate.",
    );
  });

  test("never lets the verdict be green when it is availability", () => {
    expect(notified(down, errors(value(0.01), "ok"))).toMatch(/^off \| Availability is not watched/);
  });

  test("is said plainly when it is everything", () => {
    expect(notified(down, failing)).toMatch(/^off \| Nothing is watched \| Nothing is watched: every alert/);
  });

  test("hides no trouble of what is watched", () => {
    expect(notified(down, errors(value(0.12), "firing"))).toMatch(/^trouble/);
  });
});

describe("trouble", () => {
  test("names each signal beyond its threshold, with its value and the threshold", () => {
    expect(notified(up, errors(value(0.12), "firing"), saturation(value(0.95), value(0.91), "firing"))).toBe(
      "trouble | In trouble | Outside your thresholds: error rate 12 % (alert above 5 %), CPU 95 % (alert above 5 %) and memory 91 % (alert above 5 %).",
    );
  });

  test("outweighs what is unknown and what has no data, and names those too", () => {
    expect(notified(up, errors(value(0.12), "firing"), saturation(unknown("Too slow."), noData))).toBe(
      "trouble | In trouble | Outside your thresholds: error rate 12 % (alert above 5 %); unknown: CPU; no data: memory.",
    );
  });

  test("goes on, and says so, when its data stops", () => {
    const last = { kind: "no-data" as const, last: { value: 0.12, sampledAtMs: 0 } };
    expect(notified(up, errors(last, "firing"))).toBe(
      "trouble | In trouble | Outside your thresholds: error rate, last 12 % (alert above 5 %; no data now).",
    );
  });
});

describe("not knowing", () => {
  test("says why, once, when nothing could be asked", () => {
    const gone = unknown("The metrics store can't be reached.");
    const silent = signal("availability", "Availability", line("a", "Probes", gone, "ok"));
    expect(notified(silent, errors(gone, "ok"))).toBe(
      "unknown | Unknown | The metrics store can't be reached.",
    );
  });

  test("names the signals when only some could not be asked, and outweighs missing data", () => {
    expect(notified(up, errors(unknown("Too slow."), "ok"), saturation(noData, value(0.5)))).toBe(
      "unknown | Unknown | Could not ask for error rate. Too slow.",
    );
  });

  test("tells missing data apart from a failed question", () => {
    expect(notified(up, errors(noData, null))).toBe(
      "no-data | No data | No recent measurement has arrived for error rate.",
    );
    const silent = signal("availability", "Availability", line("a", "Probes", noData, null));
    expect(notified(silent, errors(noData, null))).toBe(
      "no-data | No data | No recent measurement of your capability has arrived.",
    );
  });
});

test("a breach that is counted, and a recovery that isn't over, are neither trouble nor health", () => {
  expect(notified(up, errors(value(0.12), "pending"))).toBe(
    "pending | Pending | Outside its threshold, not for long enough to alert: error rate 12 % (alert above 5 %).",
  );
  expect(notified(up, errors(value(0.01), "recovering"))).toBe(
    "recovering | Recovering | Back inside its threshold, not for long enough to be over: error rate.",
  );
});

test("a part that was bad and sends nothing is named, and the others don't speak for it", () => {
  const missing: Reading = { kind: "no-data", last: null, missingParts: ["container db of pod photos-0"] };
  expect(overallOf([up, saturation(value(0.01), missing, "pending")])).toMatchObject({
    state: "no-data",
    headline: "No data",
  });
  const { sentence } = overallOf([up, errors(missing, "pending")]);
  expect(sentence).toBe(
    "No data from container db of pod photos-0, where error rate was outside its threshold. Other parts send data and are inside it.",
  );
  expect(overallOf([up, errors(missing, "firing")]).sentence).toContain(
    "no data now from container db of pod photos-0",
  );
});
