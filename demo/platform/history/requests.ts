import { type Character, DURATION_BUCKETS, type Route } from "../characters";
import { loadFactor, requestsPerSecond } from "../day-curve";
import { logNormalShareBelow, poisson, type Random } from "../random";
import type { PastPod, ScenarioAlert } from "../scenario";
import { podTarget } from "../targets";
import { Line } from "./lines";

/** One way for a request to end. The share that errors take is taken from routes that can fail. */
type Outcome = { route: Route; code: string; ending: "answered" | "failed" | "never-fails" };

/** The state of one pod's request counters, moved forward step by step and written as a cumulative histogram. */
export class RequestHistory {
  readonly #series: { outcome: Outcome; buckets: Line[]; count: Line; sum: Line }[];
  readonly #counts: Float64Array[];
  readonly #sums: number[];

  constructor(
    private readonly character: Character,
    pod: PastPod,
    private readonly random: Random,
  ) {
    const base = {
      tenant: character.id,
      ...podTarget({ capability: character.id, pod: pod.name, uid: pod.uid, node: pod.node }),
    };
    this.#series = outcomesOf(character).map((outcome) => {
      const labels = {
        ...base,
        code: outcome.code,
        method: outcome.route.method,
        route: outcome.route.route,
      };
      const bounds = [...DURATION_BUCKETS.map(String), "+Inf"];
      return {
        outcome,
        buckets: bounds.map((le) => new Line("http_request_duration_seconds_bucket", { ...labels, le })),
        count: new Line("http_request_duration_seconds_count", labels),
        sum: new Line("http_request_duration_seconds_sum", labels),
      };
    });
    this.#counts = this.#series.map(() => new Float64Array(DURATION_BUCKETS.length + 1));
    this.#sums = this.#series.map(() => 0);
  }

  /** A container that restarted counts from nought again. */
  reset(): void {
    for (const counts of this.#counts) counts.fill(0);
    this.#sums.fill(0);
  }

  /** Moves on by `seconds`, serving the pod's part of the requests; returns how many they were. */
  advance(atMs: number, seconds: number, alerts: readonly ScenarioAlert[]): number {
    if (alerts.some((alert) => alert.kind === "down")) return 0;
    const perSecond = requestsPerSecond(this.character, atMs) / this.character.replicas;
    const slow = alerts.find((alert) => alert.kind === "slow")?.amount ?? 1;
    const slowed = slow * loadFactor(this.character, atMs);
    const errors = alerts.find((alert) => alert.kind === "errors")?.amount ?? this.character.errorShare;
    let served = 0;
    this.#series.forEach(({ outcome }, index) => {
      const share =
        { answered: 1 - errors, failed: errors, "never-fails": 1 }[outcome.ending] * outcome.route.share;
      const requests = poisson(this.random, perSecond * seconds * share);
      if (requests === 0) return;
      served += requests;
      const median = outcome.route.medianSeconds * slowed * (0.85 + 0.3 * this.random());
      this.#spread(index, requests, median, outcome.route.spread);
    });
    return served;
  }

  /** Deals the requests out to the buckets, each bound getting the share of the distribution that lies below it. */
  #spread(index: number, requests: number, median: number, spread: number): void {
    const counts = this.#counts[index];
    if (!counts) return;
    const luck = this.random();
    let below = 0;
    DURATION_BUCKETS.forEach((bound, nth) => {
      const expected = requests * logNormalShareBelow(bound, median, spread);
      below = Math.max(below, Math.min(requests, Math.floor(expected + luck)));
      counts[nth] = (counts[nth] ?? 0) + below;
    });
    const last = DURATION_BUCKETS.length;
    counts[last] = (counts[last] ?? 0) + requests;
    this.#sums[index] = (this.#sums[index] ?? 0) + requests * median * Math.exp(spread ** 2 / 2);
  }

  text(atMs: number): string {
    let text = "";
    this.#series.forEach(({ buckets, count, sum }, index) => {
      const counts = this.#counts[index] ?? new Float64Array();
      buckets.forEach((line, nth) => {
        text += line.at(atMs, counts[nth] ?? 0);
      });
      text += count.at(atMs, counts[DURATION_BUCKETS.length] ?? 0);
      text += sum.at(atMs, Math.round((this.#sums[index] ?? 0) * 1000) / 1000);
    });
    return text;
  }
}

function outcomesOf(character: Character): Outcome[] {
  return character.routes.flatMap((route): Outcome[] => {
    const code = route.method === "POST" ? "201" : "200";
    // Only the busiest routes fail, which keeps the history small.
    if (character.errorShare === 0 || route.share <= 0.3) return [{ route, code, ending: "never-fails" }];
    return [
      { route, code, ending: "answered" },
      { route, code: "500", ending: "failed" },
    ];
  });
}
