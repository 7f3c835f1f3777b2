import pLimit from "p-limit";
import { environment } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";
import type { PlatformQuery } from "@/lib/promql/platform-query";
import type { ScopedQuery } from "@/lib/promql/scoped-query";
import type { Answer, FailureCode, Sample, Series } from "./answer";
import { failed, type QueryOutcome } from "./failure";
import { queriesTotal, queryDurationSeconds, unusableSeriesTotal } from "./metrics";
import { onlyNamed, onlyTheirs } from "./only-theirs";
import { packedSeries, wholeSamples } from "./packing";
import { FAILURE_MEMORY_MS, Remembered } from "./remembered";
import { readMatrix, readVector } from "./response";
import { AS_ASKED, type Endpoint, endpointOf, post } from "./transport";

const INSTANT_TIMEOUT_MS = 5_000;
const RANGE_TIMEOUT_MS = 10_000;

/** Prometheus runs 20 queries at a time by default; the portal leaves room for others. */
const MAX_CONCURRENT = 16;

/** What Prometheus itself gives a series at most; more points than that are refused there anyway. */
const MAX_POINTS = 11_000;

/** A health view of the last hour is some 100 kB of ranges: room for what the owners of sixty tenants look at in one slot. */
const RANGES_BYTES = 6_000_000;
const INSTANTS_BYTES = 2_000_000;

const LOG_SAME_CODE_EVERY_MS = 60_000;

/** These concern the server, not the question: while they last, no other question is worth sending. */
const SERVER_IS_AWAY = new Set<FailureCode>(["unreachable", "starting", "unauthorised"]);

/**
 * Asks Prometheus for one tenant. Answers are shared between viewers and frozen: copy before sorting.
 *
 * Nothing is thrown for what Prometheus does: every way in which it fails is a `Failure` with the last good answer beside it.
 */
export type Prometheus = {
  /** @param atMs milliseconds since the epoch; ask for a slot (lib/infra/clock.ts), so that one answer serves all its viewers */
  instant(query: ScopedQuery, atMs: number): Promise<Answer<Sample[]>>;
  /**
   * @param grid its ends in milliseconds since the epoch, both included
   * @throws RangeError when the grid is not one
   */
  range(
    query: ScopedQuery,
    grid: { fromMs: number; toMs: number; stepSeconds: number },
  ): Promise<Answer<Series[]>>;
  /** What is the same for everybody: asked once for all viewers of a slot. @param atMs as for `instant` */
  platform(query: PlatformQuery, atMs: number): Promise<Answer<Sample[]>>;
  /** @param grid as for `range` */
  platformRange(
    query: PlatformQuery,
    grid: { fromMs: number; toMs: number; stepSeconds: number },
  ): Promise<Answer<Series[]>>;
};

/**
 * Makes a client with a memory of its own.
 * @param url base URL, under any path; a user name and password in it are sent as basic authentication
 * @param tenantHeader "Name: value", for Mimir and Cortex
 * @param timeoutMs for a whole question, waiting for its turn included; by default 5 s an instant and 10 s a range
 * @throws PrometheusSettingsError when the options can't be used
 */
export function createPrometheus({
  timeoutMs,
  nowMs = Date.now,
  ...address
}: {
  url: string;
  bearerToken?: string;
  tenantHeader?: string;
  timeoutMs?: number;
  nowMs?: () => number;
}): Prometheus {
  const server = new Server(endpointOf(address), nowMs);
  const instants = new Remembered(nowMs, wholeSamples, INSTANTS_BYTES);
  const ranges = new Remembered(nowMs, packedSeries, RANGES_BYTES);
  const askInstant = (question: Question, atMs: number) =>
    instants.ask(question.kind, atMs, () =>
      server.ask(
        question,
        "/api/v1/query",
        { time: seconds(atMs), ...AS_ASKED },
        readVector,
        timeoutMs ?? INSTANT_TIMEOUT_MS,
      ),
    );
  const askRange = (
    question: Question,
    { fromMs, toMs, stepSeconds }: { fromMs: number; toMs: number; stepSeconds: number },
  ) => {
    const points = (toMs - fromMs) / 1000 / stepSeconds;
    if (!(stepSeconds > 0 && points >= 0 && points < MAX_POINTS)) {
      throw new RangeError(`A range needs a step and from 1 to ${MAX_POINTS} points.`);
    }
    const kind = `${toMs - fromMs}\n${stepSeconds}\n${question.kind}`;
    const wouldBeMoved = fromMs % (stepSeconds * 1000) !== 0;
    const grid = {
      start: seconds(fromMs),
      end: seconds(toMs),
      step: String(stepSeconds),
      ...(wouldBeMoved && AS_ASKED),
    };
    return ranges.ask(kind, toMs, () =>
      server.ask(question, "/api/v1/query_range", grid, readMatrix, timeoutMs ?? RANGE_TIMEOUT_MS),
    );
  };
  return {
    instant: (query, atMs) => askInstant(ofTenant(query), atMs),
    range: (query, grid) => askRange(ofTenant(query), grid),
    platform: (query, atMs) => askInstant(ofPlatform(query), atMs),
    platformRange: (query, grid) => askRange(ofPlatform(query), grid),
  };
}

/** A query with what its answer may hold. `kind` is what it is remembered by: no tenant's is ever the platform's. */
type Question = {
  promql: string;
  kind: string;
  checked<T extends { labels: Record<string, string> }>(outcome: QueryOutcome<T[]>): QueryOutcome<T[]>;
};

const ofTenant = (query: ScopedQuery): Question => ({
  promql: query.promql,
  kind: `${query.label}\n${query.tenantId}\n${query.promql}`,
  checked: (outcome) => onlyTheirs(query, outcome),
});
const ofPlatform = (query: PlatformQuery): Question => ({
  promql: query.promql,
  kind: `\n\n${query.only.join(",")}\n${query.promql}`,
  checked: (outcome) => onlyNamed(query, outcome),
});

const seconds = (atMs: number) => (atMs / 1000).toFixed(3);

/** One Prometheus: how many questions it is asked at a time, and whether it is there at all. */
class Server {
  private readonly limit = pLimit(MAX_CONCURRENT);
  private away: { outcome: QueryOutcome<never>; untilMs: number } | null = null;
  private readonly loggedAtMs = new Map<FailureCode | "unusable", number>();

  constructor(
    private readonly endpoint: Endpoint,
    private readonly nowMs: () => number,
  ) {}

  /** The deadline covers the wait for a turn as well: under a server that hangs, the last in the queue would wait for all. */
  async ask<T extends { labels: Record<string, string> }>(
    question: Question,
    path: string,
    parameters: Record<string, string>,
    read: (body: string) => QueryOutcome<T[]>,
    timeoutMs: number,
  ): Promise<QueryOutcome<T[]>> {
    const late = new AbortController();
    const { signal } = late;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<QueryOutcome<T[]>>((resolve) => {
      timer = setTimeout(() => {
        resolve(failed("timeout", `no answer within ${timeoutMs} ms`));
        late.abort();
      }, timeoutMs);
    });
    const turn = this.limit(async () => {
      if (signal.aborted) return failed("timeout", "not sent");
      if (this.away && this.away.untilMs > this.nowMs()) return this.away.outcome;
      return this.send(question, path, { ...parameters, timeout: `${Math.ceil(timeoutMs)}ms` }, read, signal);
    });
    // Left to run out, a timer keeps the whole request that asked, answer and compressor included, for as long.
    return Promise.race([turn, deadline]).finally(() => clearTimeout(timer));
  }

  private async send<T extends { labels: Record<string, string> }>(
    question: Question,
    path: string,
    parameters: Record<string, string>,
    read: (body: string) => QueryOutcome<T[]>,
    signal: AbortSignal,
  ): Promise<QueryOutcome<T[]>> {
    const stop = queryDurationSeconds.startTimer();
    const answer = await post(this.endpoint, path, { query: question.promql, ...parameters }, signal);
    stop();
    const outcome = answer.ok ? question.checked(read(answer.data)) : answer;
    queriesTotal.inc({ outcome: outcome.ok ? "ok" : outcome.code });
    this.note(question, outcome);
    return outcome;
  }

  private note({ promql }: Question, outcome: QueryOutcome<unknown>) {
    if (outcome.ok) {
      if (this.away) log.info("Prometheus answers again.");
      this.away = null;
      const { unusable } = outcome;
      if (!unusable) return;
      unusableSeriesTotal.inc(unusable);
      if (this.isDue("unusable"))
        log.warn({ unusable, promql }, "Series that are no numbers were left out of an answer.");
      return;
    }
    const { code, detail } = outcome;
    if (SERVER_IS_AWAY.has(code))
      this.away = { outcome: failed(code, detail), untilMs: this.nowMs() + FAILURE_MEMORY_MS };
    if (this.isDue(code)) log.warn({ code, detail, promql }, "Prometheus gave no usable answer.");
  }

  /** Whether it is time for another line of this kind. */
  private isDue(kind: FailureCode | "unusable"): boolean {
    const nowMs = this.nowMs();
    const loggedAtMs = this.loggedAtMs.get(kind) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - loggedAtMs < LOG_SAME_CODE_EVERY_MS) return false;
    this.loggedAtMs.set(kind, nowMs);
    return true;
  }
}

const INSTANCE = Symbol.for("watchpost.prometheus");

/**
 * This process's client, from the environment. One for all bundles of the server, or its memory would be several.
 * @throws EnvironmentError or PrometheusSettingsError when the environment can't be used
 */
export function prometheus(): Prometheus {
  const holder = globalThis as { [INSTANCE]?: Prometheus };
  if (!holder[INSTANCE]) {
    const { PROMETHEUS_URL, PROMETHEUS_BEARER_TOKEN, PROMETHEUS_TENANT_HEADER } = environment();
    holder[INSTANCE] = createPrometheus({
      url: PROMETHEUS_URL,
      bearerToken: PROMETHEUS_BEARER_TOKEN,
      tenantHeader: PROMETHEUS_TENANT_HEADER,
    });
  }
  return holder[INSTANCE];
}
