import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const WATCH_EVERY_MS = 2_000;
const ANSWER_TIMEOUT_MS = 1_500;
const MISSES_TO_DIE = 3;

export type Service = {
  /** As a reader knows it: "Prometheus". */
  name: string;
  /** Higher stops earlier: what asks stops before what is asked. */
  rank: number;
  stop(): Promise<void>;
  /** Where it listens, so that its end is noticed. */
  url: string;
  /** Settles when the service is known to have ended, with a sentence. */
  ended?: Promise<string>;
  /** Whether it is frozen on purpose, so that its silence is no end. */
  isPaused?: () => boolean;
};

export type Services = {
  add(service: Service): void;
  /** Settles with a sentence as soon as one of them has ended by itself. */
  firstDeath(signal: AbortSignal): Promise<string>;
  /** Stops all, those that ask before those that are asked. Never rejects. */
  stopAll(): Promise<void>;
};

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: ANSWER_TIMEOUT_MS });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

/** Looks at a service until it can't be reached several times in a row. */
async function unreachable({ name, url, isPaused }: Service, signal: AbortSignal): Promise<string> {
  let misses = 0;
  while (misses < MISSES_TO_DIE) {
    await sleep(WATCH_EVERY_MS, undefined, { signal });
    misses = isPaused?.() || (await answers(url)) ? 0 : misses + 1;
  }
  return `${name} ended: nothing answers at ${new URL(url).host} any more.`;
}

export function createServices(): Services {
  const running: Service[] = [];
  return {
    add: (service) => void running.push(service),
    firstDeath: (signal) =>
      Promise.race(
        running.flatMap((service) => [
          unreachable(service, signal),
          ...(service.ended ? [service.ended] : []),
        ]),
      ),
    async stopAll() {
      const ranks = [...new Set(running.map(({ rank }) => rank))].sort((left, right) => right - left);
      for (const rank of ranks) {
        await Promise.allSettled(running.filter((one) => one.rank === rank).map((one) => one.stop()));
      }
      running.length = 0;
    },
  };
}
