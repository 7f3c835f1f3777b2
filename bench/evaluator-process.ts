// An evaluator in a process of its own, so that its time and its memory are its own. It judges a slot on request.
import { createSlotJudge } from "@/alerting/evaluate/evaluate";
import { createPrometheus } from "@/lib/prometheus/client";
import { createFleet } from "@/lib/prometheus/fleet";
import { MAIL_FROM } from "../testing/outbox";
import { fleetBundle } from "./fleet-bundle";

export type CycleTime = {
  wallMs: number;
  /** Of all of the process's threads, in user and system mode. */
  cpuMs: number;
  /** The texts that Prometheus was asked, and the instant in ms. */
  queries: string[];
  atMs: number;
  /** The most that the process has ever had. */
  peakMegabytes: number;
};

const address = { url: process.env.PROMETHEUS_URL ?? "" };
const fleet = createFleet(address);
let asked: { promql: string; atMs: number }[] = [];
const judge = createSlotJudge({
  fleet: {
    ...fleet,
    ask: (query, atMs, signal) => {
      asked.push({ promql: query.promql, atMs });
      return fleet.ask(query, atMs, signal);
    },
  },
  prometheus: createPrometheus(address),
  readBundle: async () => fleetBundle(),
  mailFrom: MAIL_FROM,
  portalUrl: "https://watchpost.example",
  label: "tenant",
  intervalSeconds: 30,
  // What is measured is how long it takes, so that nothing is cut off.
  askWithinMs: 120_000,
});

process.on("message", async (slotMs: number) => {
  asked = [];
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const result = await judge(slotMs);
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const bad = result.kind === "judged" ? result.records.filter(({ outcome }) => outcome !== "good") : [];
  if (result.kind !== "judged" || bad.length > 0)
    throw new Error(`The slot was not judged: ${JSON.stringify({ kind: result.kind, bad })}`);
  const judged: CycleTime = {
    wallMs,
    cpuMs: (user + system) / 1000,
    queries: asked.map(({ promql }) => promql),
    atMs: asked[0]?.atMs ?? slotMs,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(judged);
});
process.on("disconnect", () => process.exit(0));
