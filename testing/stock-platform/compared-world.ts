import { jobSamples } from "@/lib/data-migrations/jobs.fixture";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { stockOpenMetrics } from "./exporters";
import { STOCK_NOW_MS } from "./scenario";
import { DEPLOYMENTS } from "./scenarios/deployments";
import { PROBES_AND_LATENCY } from "./scenarios/probes-and-latency";
import { TWICE } from "./scenarios/twice";
import { WHOLE } from "./scenarios/whole";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ago = (minutes: number) => STOCK_NOW_MS - minutes * MINUTE_MS;

/**
 * Where the scrapes lie: between the seconds that windows begin and end at, as almost all do, or upon them, where stores differ
 * in whether the first instant of a window belongs to it.
 */
export type Scrapes = "between" | "upon";
const OFFSET_MS: Record<Scrapes, number> = { between: 7_000, upon: 0 };

/** One of each kind: all of them are compared by what a fleet query answers. */
const CHOSEN = new Set([
  "replica-labels",
  "moved-and-crashed",
  "counter-reset",
  "two-reasons",
  "rolled-back",
  "stateful-rollout",
  "daemon-rollout",
  "one-lost-probe",
  "all-beyond-the-buckets",
  "image-pull-backoff",
  "crash-loop-pause",
  "inodes-full",
]);
const STOCK = [...TWICE, ...WHOLE, ...DEPLOYMENTS, ...PROBES_AND_LATENCY].filter(({ id }) => CHOSEN.has(id));

/** Whose page, charts and timeline are asked for. `photos` and `tickets` have a day and two hours, the others 90 minutes. */
export const CAPABILITIES = ["photos", "tickets", "gone", ...STOCK.map(({ id }) => id)];
/** Whose migrations are asked for, each with the job `move`. */
export const MIGRATING = ["moving", "moved", "vanished"];

/** A day of a platform: capabilities with an outage, a silence, restarts and deployments, stock label sets, and migrations. */
export function comparedSamples(scrapes: Scrapes): string {
  const offsetMs = OFFSET_MS[scrapes];
  const fromMs = ago(26 * 60) + offsetMs;
  const toMs = STOCK_NOW_MS;
  const within = (fromMinute: number, toMinute: number) => (atMs: number) =>
    atMs > ago(fromMinute) && atMs <= ago(toMinute);
  const outage = within(300, 294);
  const failing = within(60, 40);
  const capabilities = platformSamples([
    {
      id: "photos",
      fromMs,
      toMs,
      up: (atMs) => !outage(atMs),
      silent: within(40, 30),
      errorShare: (atMs) => (failing(atMs) ? 0.3 : 0),
      restarts: [20.4, 17.4, 13.4].map((minutes) => ({
        atMs: ago(minutes),
        reason: "OOMKilled",
        exitCode: 137,
      })),
      deployments: [
        { atMs: ago(116 * 60), version: "1.4.1" },
        { atMs: ago(239.6), version: "1.4.2" },
      ],
    },
    { id: "tickets", fromMs, toMs, slowShare: (atMs) => (failing(atMs) ? 0.2 : 0), memoryShare: 0.95 },
    { id: "gone", fromMs: ago(90) + offsetMs, toMs: ago(30) },
  ]);
  const progress = (beganMs: number) => (atMs: number) => ({
    migration_items_done: Math.floor((atMs - beganMs) / MINUTE_MS),
    migration_items_expected: 1_000,
    migration_errors_total: 3,
    migration_queue_length: 8,
  });
  const between = (tenant: string, fromHours: number, toHours: number) => ({
    tenant,
    fromMs: STOCK_NOW_MS - fromHours * HOUR_MS + offsetMs,
    toMs: STOCK_NOW_MS - toHours * HOUR_MS,
  });
  const move = (tenant: string, fromHours: number, toHours: number) => ({
    ...between(tenant, fromHours, toHours),
    jobName: "move",
    reports: progress(STOCK_NOW_MS - fromHours * HOUR_MS),
    cpuCores: 0.4,
    memoryBytes: () => 250_000_000,
    storageBytes: 90_000_000,
  });
  const jobs = jobSamples([
    { ...move("moving", 5, 0), errors: [{ atMs: ago(60) + offsetMs, text: "slow link" }] },
    { ...move("moved", 20, 10), ended: { atMs: ago(12 * 60) + offsetMs, how: "succeeded" } },
    { ...between("moved", 3, 0), jobName: "serve" },
    move("vanished", 4, 2),
    { ...between("vanished", 4, 0), jobName: "serve" },
  ]);
  const stock = stockOpenMetrics(
    STOCK.flatMap(({ series }) => series),
    STOCK_NOW_MS,
    { afterSeconds: offsetMs / 1000 },
  );
  return `${[capabilities, jobs, stock].map((text) => text.replace("# EOF\n", "")).join("")}# EOF\n`;
}
