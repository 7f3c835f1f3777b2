import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { stringify } from "yaml";
import { type Bundle, SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { freePort } from "../server/free-port";
import { defaultBundle } from "../testing/evaluation";
import type { TruthChange } from "./evidence";
import { type KeptProcess, startKeptProcess } from "./kept-process";
import { CHAOS_LINES, type ChaosLine } from "./plan";
import { GOOD_AND_BREACHING } from "./truth";

const SCRAPE_SECONDS = 1;
/** How often the pages' newest slot changes. */
const PAGE_SLOT_SECONDS = 5;
export const FOR_SECONDS = 10;
export const STALE_AFTER_SECONDS = 15;

const METRIC = "chaos_value";

/** The measured platform: what is true of each capability, and a real Prometheus that scrapes it. */
export type ChaosPlatform = {
  prometheus: KeptProcess;
  port: number;
  truth: readonly TruthChange[];
  scrapesAtMs: readonly number[];
  /** Makes a line breach its threshold, or ends that. */
  setBreaching(capability: string, line: ChaosLine, isBreaching: boolean): void;
  end(): Promise<void>;
};

/** The judged lines of a run: those that may breach, and one of each other signal, which stays good. */
const STEADY_THRESHOLDS = new Map([
  ["saturation/cpu", 0.9],
  ["restarts/restarts", 3],
]);
const REQUESTS = "requests";
const REQUESTS_IN_WINDOW = 100;

/** The default bundle with five judged lines, each of one gauge, and times that a short run reaches. */
function chaosBundle(): Bundle {
  const bundle = { ...defaultBundle(), scrapeIntervalSeconds: PAGE_SLOT_SECONDS };
  const gauge = (line: string) => `max by ($tenant) (${METRIC}{line="${line}"})`;
  for (const id of SIGNAL_IDS) {
    const signal = bundle.signals[id];
    signal.staleAfterSeconds = STALE_AFTER_SECONDS;
    if (signal.traffic) signal.traffic = { query: gauge(REQUESTS), minimum: 1 };
    // Nothing else of a line is taken over: what the default one says of its parts or limits isn't true of a gauge.
    signal.lines = signal.lines.map(({ id: lineId, label }) => {
      const key = `${id}/${lineId}`;
      const own = CHAOS_LINES.find((each) => each === key);
      const value = own ? GOOD_AND_BREACHING[own].threshold : STEADY_THRESHOLDS.get(key);
      const freshness = `max by ($tenant) (timestamp(${METRIC}{line="${key}"}))`;
      const drawn = { id: lineId, label, query: gauge(key), freshness };
      if (value === undefined) return drawn;
      const threshold = { value, inclusive: false, forSeconds: FOR_SECONDS, recoverForSeconds: FOR_SECONDS };
      return { ...drawn, threshold };
    });
  }
  return bundle;
}

/** Writes the definitions of the capabilities into a folder. */
export async function writeChaosDefinitions(folder: string, capabilities: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tenants = capabilities.map((id) => ({
    id,
    name: `Name of ${id}`,
    contactAddress: `owner@${id}.example`,
    timeZone: "UTC",
    state: "live",
  }));
  await writeFile(path.join(folder, "bundle.yaml"), stringify(chaosBundle()));
  await writeFile(path.join(folder, "tenants.yaml"), stringify({ tenants }));
}

export async function startChaosPlatform(
  folder: string,
  capabilities: readonly string[],
): Promise<ChaosPlatform> {
  await mkdir(folder, { recursive: true });
  const truth: TruthChange[] = [];
  const scrapesAtMs: number[] = [];
  const values = new Map<string, number>();
  const show = (capability: string, line: string, value: number) =>
    values.set(`${METRIC}{tenant="${capability}",line="${line}"}`, value);
  const set = (capability: string, line: ChaosLine, value: number) => {
    show(capability, line, value);
    truth.push({ capability, line, atMs: Date.now(), value });
  };
  for (const capability of capabilities) {
    for (const line of CHAOS_LINES) set(capability, line, GOOD_AND_BREACHING[line].good);
    for (const line of STEADY_THRESHOLDS.keys()) show(capability, line, 0);
    show(capability, REQUESTS, REQUESTS_IN_WINDOW);
  }

  const exporter = createServer((_request, response) => {
    scrapesAtMs.push(Date.now());
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end([...values].map(([series, value]) => `${series} ${value}\n`).join(""));
  });
  exporter.listen(0, "127.0.0.1");
  await once(exporter, "listening");
  const address = exporter.address();
  if (address === null || typeof address === "string") throw new Error("The exporter has no port.");

  const port = await freePort();
  const configuration = path.join(folder, "prometheus.yml");
  const targets = [{ targets: [`127.0.0.1:${address.port}`] }];
  await writeFile(
    configuration,
    stringify({
      global: { scrape_interval: `${SCRAPE_SECONDS}s`, scrape_timeout: `${SCRAPE_SECONDS}s` },
      scrape_configs: [{ job_name: "chaos", static_configs: targets }],
    }),
  );
  const prometheus = startKeptProcess({
    name: "prometheus",
    file: "prometheus",
    args: [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${path.join(folder, "prometheus")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=warn",
    ],
    env: {},
    logFile: path.join(folder, "prometheus.log"),
  });
  return {
    prometheus,
    port,
    truth,
    scrapesAtMs,
    setBreaching: (capability, line, isBreaching) =>
      set(capability, line, GOOD_AND_BREACHING[line][isBreaching ? "breaching" : "good"]),
    end: async () => {
      await prometheus.end();
      exporter.close();
      exporter.closeAllConnections();
    },
  };
}
