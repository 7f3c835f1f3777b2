import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { RANGE_IDS } from "@/lib/evaluation/ranges";
import { slotAt } from "@/lib/infra/clock";
import { PREVIEW_RANGE_IDS, PREVIEW_RANGES, previewStepSeconds } from "@/lib/thresholds/preview-range";

/** How often a page that is looked at asks (components/health/freshness.ts), and what for. */
const POLL_EVERY_MS = 15_000;
const POLLED = ["/api/health", "/api/alerting", "/api/attribution"];
const PAGES = ["/", "/alerts", "/timeline", "/thresholds", "/migration", "/notices", "/leaving"];
/** Owners who go through all pages at the same time. All others have one open meanwhile. */
const TOURS_AT_A_TIME = 4;

/** Shorter than the portal keeps an idle connection, so that none is used just as it closes. */
const IDLE_MS = 3_000;

type Owners = { url: string; cookies: readonly string[]; evaluationSeconds: number };

/**
 * The owners look at everything: each has the health page open all the time, and goes once through all pages, all charts in every
 * range, and the previews of a threshold in every range.
 * @returns how many requests were answered
 * @throws Error when one is refused or fails
 */
export async function ownersLook(
  { url, cookies, evaluationSeconds }: Owners,
  signal: AbortSignal,
): Promise<number> {
  const agent = new Agent({
    keepAlive: true,
    timeout: IDLE_MS,
    maxSockets: cookies.length + TOURS_AT_A_TIME,
  });
  let answered = 0;
  const ask = async (path: string, cookie: string) => {
    signal.throwIfAborted();
    const status = await statusOf(agent, `${url}${path}`, cookie);
    if (status !== 200) throw new Error(`${path} answered ${status}.`);
    answered += 1;
  };

  const waiting = [...cookies];
  const tour = async () => {
    for (let cookie = waiting.shift(); cookie !== undefined; cookie = waiting.shift())
      for (const path of everything(evaluationSeconds)) await ask(path, cookie);
  };
  let toured = false;
  const tours = Promise.all(Array.from({ length: TOURS_AT_A_TIME }, tour)).finally(() => {
    toured = true;
  });
  const poll = async (cookie: string) => {
    for (const path of POLLED) await ask(path, cookie);
  };
  const polls = async () => {
    const under: Promise<void>[] = [];
    let failure: { error: unknown } | undefined;
    const keep = (error: unknown) => {
      failure ??= { error };
    };
    for (let nth = 0; !toured && !failure; nth++) {
      under.push(poll(cookies[nth % cookies.length] ?? "").catch(keep));
      await sleep(POLL_EVERY_MS / cookies.length, undefined, { signal });
    }
    await Promise.all(under);
    if (failure) throw failure.error;
  };
  try {
    await Promise.all([tours, polls()]);
  } finally {
    agent.destroy();
  }
  return answered;
}

function everything(evaluationSeconds: number): string[] {
  const charts = SIGNAL_IDS.flatMap((id) =>
    RANGE_IDS.map((range) => `/api/signals/${id}/series?range=${range}`),
  );
  const previews = PREVIEW_RANGE_IDS.flatMap((range) => {
    const toMs = slotAt(Date.now() - 60_000, previewStepSeconds(range, evaluationSeconds));
    return Array.from(
      { length: PREVIEW_RANGES[range].parts },
      (_, part) => `/api/thresholds/latency/p95/history?range=${range}&to=${toMs}&part=${part}`,
    );
  });
  const signals = SIGNAL_IDS.map((id) => `/signals/${id}`);
  return [...PAGES, ...signals, "/api/timeline", "/api/thresholds", ...charts, ...previews];
}

/** As a browser asks, whose pages come packed. */
function statusOf(agent: Agent, url: string, cookie: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { cookie, "accept-encoding": "gzip, deflate, br" };
    const answer = (response: IncomingMessage) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
      response.on("error", reject);
    };
    get(url, { agent, headers }, answer).on("error", reject);
  });
}
