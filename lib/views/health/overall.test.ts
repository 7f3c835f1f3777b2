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
  signal("error-rate", "Error rate", line("e", "Failed requests (5xx)", reading, condition));
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
  test("is said when every line is fresh and within its threshold", () => {
    expect(notified(up, errors(value(0.01), "ok"))).toBe(
      "healthy | Healthy | All signals are within your thresholds.",
    );
  });

  test("names what could not be judged for want of requests", () => {
    expect(notified(up, errors(idle, "ok"))).toBe(
      "healthy | Healthy | All signals that can be judged are within your thresholds. Too few requests to judge error rate.",
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
  const failing = signal("error-rate", "Error rate", off(line("e", "Failed requests (5xx)", value(1), null)));

  test("is named beside a healthy overall state, and never counts as inside its threshold", () => {
    expect(notified(up, failing)).toBe(
      "healthy | Healthy | All signals that are watched are within your thresholds. Not watched: error rate.",
    );
  });

  test("never lets the overall state be green when it is availability", () => {
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
      "trouble | Failing: error rate, CPU and memory | Breaching your thresholds: error rate 12 % (alert above 5 %), CPU 95 % (alert above 5 %) and memory 91 % (alert above 5 %).",
    );
  });

  test("outweighs what is unknown and what has no data, and names those too", () => {
    expect(notified(up, errors(value(0.12), "firing"), saturation(unknown("Too slow."), noData))).toBe(
      "trouble | Failing: error rate; unknown: CPU; no data: memory | Breaching your thresholds: error rate 12 % (alert above 5 %). Could not ask for CPU. Too slow. No recent measurement has arrived for memory.",
    );
  });

  test("goes on, and says so, when its data stops", () => {
    const last = { kind: "no-data" as const, last: { value: 0.12, sampledAtMs: 0 } };
    expect(notified(up, errors(last, "firing"))).toBe(
      "trouble | Failing: error rate (no data now) | Breaching your thresholds: error rate, last 12 % (alert above 5 %; no data now).",
    );
  });

  test("says of what couldn't be asked that it is unknown now", () => {
    expect(notified(up, errors(unknown("Too slow."), "firing"))).toMatch(
      /^trouble \| Failing: error rate \(unknown now\) \|/,
    );
  });
});

describe("scaled to zero", () => {
  const zero: Reading = { kind: "scaled-to-zero", sinceMs: Date.UTC(2026, 10, 21, 12), orEarlier: false };
  const down = (condition: Condition | null, reading: Reading = zero) =>
    signal("availability", "Availability", line("a", "Probes", reading, condition));
  const SINCE = "Scaled to zero replicas since Saturday 21 November 2026, 12:00:00 UTC";
  const REST = "nothing is running. Nothing is judged meanwhile, and no alert is sent.";

  test("is neither healthy nor trouble, and says since when", () => {
    expect(notified(down("ok"), errors(zero, "ok"))).toBe(
      `scaled-to-zero | Scaled to zero | ${SINCE}; ${REST}`,
    );
    expect(notified(down("ok", { ...zero, orEarlier: true }))).toContain(`${SINCE} or earlier; ${REST}`);
  });

  test("comes after the alerts that are still open", () => {
    expect(notified(down("firing"), errors(zero, "recovering"), saturation(zero, zero))).toMatch(
      /^trouble \| Failing: availability; recovering: error rate; scaled to zero \|/,
    );
    expect(notified(down("firing"))).toContain(
      "availability (alert above 5 %; not judged while scaled to zero)",
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

  test("names the signals when only some could not be asked, before missing data", () => {
    expect(notified(up, errors(unknown("Too slow."), "ok"), saturation(noData, value(0.5)))).toBe(
      "unknown | Unknown: error rate; no data: CPU | Could not ask for error rate. Too slow. No recent measurement has arrived for CPU.",
    );
  });

  test("distinguishes missing data from a failed question", () => {
    expect(notified(up, errors(noData, null))).toBe(
      "no-data | No data: error rate | No recent measurement has arrived for error rate.",
    );
    const silent = signal("availability", "Availability", line("a", "Probes", noData, null));
    expect(notified(silent, errors(noData, null))).toBe(
      "no-data | No data | No recent measurement of your capability has arrived.",
    );
  });
});

test("a breach that is counted, and a recovery that isn't over, are neither trouble nor health", () => {
  expect(notified(up, errors(value(0.12), "pending"))).toBe(
    "pending | Pending: error rate | Breaching, not for long enough to alert: error rate 12 % (alert above 5 %).",
  );
  expect(notified(up, errors(value(0.01), "recovering"))).toBe(
    "recovering | Recovering: error rate | Within the threshold again, not yet resolved: error rate 1 % (alert above 5 %).",
  );
});

test("a part that was bad and sends nothing is named, and the others don't speak for it", () => {
  const missing: Reading = { kind: "no-data", last: null, missingParts: ["container db of pod photos-0"] };
  expect(overallOf([up, saturation(value(0.01), missing, "pending")])).toMatchObject({
    state: "pending",
    headline: "Pending: CPU; no data: memory",
  });
  const { sentence } = overallOf([up, errors(missing, "pending")]);
  expect(sentence).toBe(
    "No data from container db of pod photos-0, where error rate breached its threshold. Other parts send data and are within it.",
  );
  expect(overallOf([up, errors(missing, "firing")]).sentence).toContain(
    "no data now from container db of pod photos-0",
  );
});

test("what was at zero says that nobody knows whether it still is", () => {
  const gone: Reading = { kind: "no-data", last: null, isZeroUnknown: true };
  const silent = signal("availability", "Availability", line("a", "Probes", gone, "ok"));
  expect(notified(silent, errors(gone, "ok"))).toBe(
    "no-data | No data | Your capability was scaled to zero, and the platform doesn't report now whether it still is. Nothing is judged meanwhile, and no alert is sent.",
  );
  expect(notified(silent, errors(noData, "ok"))).toContain(
    "no alert is sent. No recent measurement has arrived for error rate.",
  );
});

describe("the headline", () => {
  const last = { kind: "no-data" as const, last: { value: 0.12, sampledAtMs: 0 } };
  const oneReady = { ready: 1, wanted: 2 };

  test("names every line that isn't fine, open alerts first, and has no values", () => {
    const { state, headline } = overallOf(
      [
        signal("availability", "Availability", line("a", "Probes", value(0.2), "recovering")),
        signal("latency", "Latency", line("p95", "p95", value(0.5), "pending")),
        saturation(noData, unknown("Too slow.")),
      ],
      { shortfall: oneReady },
    );
    expect(state).toBe("recovering");
    expect(headline).toBe(
      "Recovering: availability; pending: latency; unknown: memory; no data: CPU; not all replicas ready",
    );
  });

  test("keeps an open alert first where its own data stops while it recovers, and names what stopped", () => {
    expect(notified(up, errors(last, "recovering"), saturation(noData, value(0.5)))).toBe(
      "recovering | Recovering: error rate (no data now); no data: CPU | Not resolved until it can be judged again: error rate, last 12 % (alert above 5 %; no data now). No recent measurement has arrived for CPU.",
    );
  });

  test("distinguishes what recovers from what can't be judged while it recovers", () => {
    const { headline, sentence } = overallOf([
      signal("availability", "Availability", line("a", "Probes", value(0.01), "recovering")),
      errors(unknown("Too slow."), "recovering"),
    ]);
    expect(headline).toBe("Recovering: availability and error rate (unknown now)");
    expect(sentence.replaceAll("\u00a0", " ")).toBe(
      "Within the threshold again, not yet resolved: availability 1 % (alert above 5 %). Not resolved until it can be judged again: error rate (alert above 5 %; unknown now).",
    );
  });

  test("has missing replicas once, where their own line isn't fine", () => {
    const ready = line("replicas", "Ready replicas", value(0.5), "firing");
    const availability = signal("availability", "Availability", line("a", "Probes", value(1), "ok"), ready);
    expect(overallOf([availability], { shortfall: oneReady })).toMatchObject({
      headline: "Failing: ready replicas",
      sentence: expect.stringContaining("1 of 2 replicas ready."),
    });
  });

  test("isn't green while a pod is stuck, and is while one is created", () => {
    const waiting = (reason: string) => [{ pod: "web-2", container: "app", reason }];
    expect(overallOf([up], { runtime: { waiting: waiting("ImagePullBackOff") } })).toEqual({
      state: "pending",
      headline: "Not all pods run",
      sentence:
        "All signals are within your thresholds. Waiting: container app of pod web-2 (ImagePullBackOff).",
    });
    expect(overallOf([up], { runtime: { waiting: waiting("ContainerCreating") } }).state).toBe("healthy");
  });

  test("counts all that wait, and not only those that are listed", () => {
    const waiting = Array.from({ length: 20 }, (_, nth) => ({
      pod: `web-${nth}`,
      container: "app",
      reason: "ImagePullBackOff",
    }));
    const { sentence } = overallOf([up], { runtime: { waiting, waitingTotal: 50 } });
    expect(sentence).toContain("and 47 more.");
  });

  test("isn't green while replicas are missing, and says how many in the sentence", () => {
    expect(overallOf([up], { shortfall: oneReady })).toEqual({
      state: "pending",
      headline: "Not all replicas ready",
      sentence: "All signals are within your thresholds. 1 of 2 replicas ready.",
    });
    expect(overallOf([up], { shortfall: { ready: 0, wanted: 2 } }).headline).toBe("No replica ready");
  });
});

test("the worst part of a line that breaches is named behind the values, and one that is fine isn't", () => {
  const memory = line("memory", "Memory", value(0.93), "firing");
  const cpu = line("cpu", "CPU", value(0.2), "ok");
  const part = { name: ["db"], words: "container db", value: 0.93, isBad: true, share: null };
  const breakdown = { label: "containers", adds: false, parts: [part], counts: { all: 3, bad: 1 } };
  const signals = [signal("saturation", "Saturation", memory, cpu)];
  const sentence = (isBad: boolean) =>
    overallOf(signals, {
      breakdowns: new Map([["saturation/memory", { ...breakdown, parts: [{ ...part, isBad }] }]]),
    }).sentence;
  const alone = overallOf(signals).sentence;
  expect(sentence(false)).toBe(alone);
  expect(sentence(true).replaceAll("\u00a0", " ")).toBe(
    `${alone.replaceAll("\u00a0", " ")} Worst for memory: container db (93 %); 2 of 3 containers are within the threshold.`,
  );
});
