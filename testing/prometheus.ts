import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { freePort } from "../server/free-port";

const READY_WITHIN_MS = 120_000;
const RULES_FILE = "rules.yml";

export type TestPrometheus = {
  /** The base URL, with the route prefix where there is one. */
  url: string;
  /** Freezes it, lets it go on, or kills it. */
  signal(name: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
};

/**
 * Starts a real Prometheus on a free port of 127.0.0.1, with an empty store or with the samples given.
 * @param openMetrics samples with timestamps in seconds, in the OpenMetrics text format, `# EOF` at the end; in parts where one
 *   string would be too long
 * @param scrapeTargets host:port of what it shall scrape, at /metrics
 * @param routePrefix serve under this path, as behind a reverse proxy
 * @param scrapeConfigs jobs in place of that, as they stand in a configuration file
 * @param scrapeIntervalSeconds how often it scrapes, and evaluates its rules
 * @param rules alerting and recording rules, as in a rules file
 * @param features the values of --enable-feature
 * @param program the server's, where it isn't the one on PATH; what imports samples is always promtool on PATH
 * @throws Error when prometheus or promtool isn't on PATH, the samples are refused, or it isn't ready in time
 */
export async function startPrometheus({
  openMetrics,
  scrapeTargets = [],
  scrapeConfigs,
  scrapeIntervalSeconds = 1,
  rules = [],
  routePrefix = "/",
  features = [],
  program = "prometheus",
}: {
  openMetrics?: string | Iterable<string>;
  scrapeTargets?: string[];
  scrapeConfigs?: Record<string, unknown>[];
  scrapeIntervalSeconds?: number;
  rules?: Record<string, unknown>[];
  routePrefix?: `/${string}`;
  features?: string[];
  program?: string;
} = {}): Promise<TestPrometheus> {
  const directory = await mkdtemp(join(tmpdir(), "watchpost-prometheus-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const dataDir = join(directory, "data");
    if (openMetrics !== undefined) await importSamples(openMetrics, directory, dataDir);
    const configuration = join(directory, "prometheus.yml");
    await writeFile(
      configuration,
      configurationOf(scrapeConfigs ?? jobOf(scrapeTargets), scrapeIntervalSeconds),
    );
    await writeFile(join(directory, RULES_FILE), stringify({ groups: [{ name: "test", rules }] }));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}${routePrefix === "/" ? "" : routePrefix}`;
    const child = spawn(
      program,
      [
        `--config.file=${configuration}`,
        `--storage.tsdb.path=${dataDir}`,
        "--storage.tsdb.retention.time=20y", // tests have fixed dates; the default would delete them
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.route-prefix=${routePrefix}`,
        `--enable-feature=${features.join(",")}`,
        "--log.level=warn",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    await untilReady(child, url);
    const stop = async () => {
      await end(child);
      await remove();
    };
    return { url, stop, signal: (name) => child.kill(name) };
  } catch (error) {
    await remove();
    throw missingTool(error) ?? error;
  }
}

const jobOf = (targets: string[]) =>
  targets.length === 0 ? [] : [{ job_name: "test", static_configs: [{ targets }] }];

function configurationOf(scrapeConfigs: Record<string, unknown>[], scrapeIntervalSeconds: number): string {
  return stringify({
    global: {
      scrape_interval: `${scrapeIntervalSeconds}s`,
      scrape_timeout: `${scrapeIntervalSeconds}s`,
      evaluation_interval: `${scrapeIntervalSeconds}s`,
    },
    rule_files: [RULES_FILE],
    scrape_configs: scrapeConfigs,
  });
}

async function importSamples(
  openMetrics: string | Iterable<string>,
  directory: string,
  dataDir: string,
): Promise<void> {
  const file = join(directory, "samples.txt");
  await writeFile(file, openMetrics);
  // All samples are read once for each block, and a past of weeks in blocks of two hours would take minutes.
  const blocks = ["create-blocks-from", "--max-block-duration=500h", "openmetrics"];
  await promisify(execFile)("promtool", ["tsdb", ...blocks, file, dataDir]);
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  let complaint = "";
  let ended: Error | undefined;
  child.stderr?.on("data", (chunk) => {
    complaint = (complaint + chunk).slice(-2_000);
  });
  child.on("error", (error) => {
    ended = error;
  });
  child.on("exit", (code) => {
    ended ??= new Error(`Prometheus ended with ${code} before it was ready:\n${complaint}`);
  });
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadlineMs) {
    if (ended) throw ended;
    const ready = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await end(child);
  throw new Error(`Prometheus was not ready within ${READY_WITHIN_MS / 1000} s:\n${complaint}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL"); // its store is thrown away; a clean shutdown would only take longer
  await exited;
}

function missingTool(error: unknown): Error | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOENT") return undefined;
  return new Error("prometheus and promtool are not on PATH. Install them: apt-get install prometheus");
}
