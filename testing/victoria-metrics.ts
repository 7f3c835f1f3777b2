import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../server/free-port";

const READY_WITHIN_MS = 120_000;
/** Some 20 MB. A body of 400 MB is more than it reads in the time that it gives a request. */
const LINES_AT_ONCE = 100_000;

export type TestVictoriaMetrics = {
  url: string;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
};

/**
 * Starts a real VictoriaMetrics on a free port of 127.0.0.1 with the samples given.
 * @param openMetrics samples with timestamps in seconds, in the OpenMetrics text format, as for `startPrometheus`;
 *   each part ends with a line
 * @param program where it isn't the one on PATH
 * @throws Error when victoria-metrics isn't there, the samples are refused, or it isn't ready in time
 */
export async function startVictoriaMetrics(
  openMetrics: string | Iterable<string>,
  program = "victoria-metrics",
): Promise<TestVictoriaMetrics> {
  const directory = await mkdtemp(join(tmpdir(), "watchpost-victoria-metrics-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    program,
    [
      `-storageDataPath=${directory}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      "-retentionPeriod=20y", // tests have fixed dates; the default would drop them
      "-loggerLevel=ERROR",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const stop = async () => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(child, url);
    await importSamples(url, openMetrics);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function importSamples(url: string, openMetrics: string | Iterable<string>): Promise<void> {
  let lines: string[] = [];
  for (const part of typeof openMetrics === "string" ? [openMetrics] : openMetrics) {
    for (const line of part.split("\n")) if (line !== "" && !line.startsWith("#")) lines.push(line);
    for (; lines.length >= LINES_AT_ONCE; lines = lines.slice(LINES_AT_ONCE))
      await importLines(url, lines.slice(0, LINES_AT_ONCE));
  }
  await importLines(url, lines);
  // What was taken in is found by queries only once it is flushed.
  const flushed = await fetch(`${url}/internal/force_flush`);
  if (!flushed.ok) throw new Error(`VictoriaMetrics did not flush: ${flushed.status}`);
}

async function importLines(url: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const text = lines.map((line) => line.replace(/ (\S+)$/, (_, seconds) => ` ${Number(seconds) * 1000}`));
  const answer = await fetch(`${url}/api/v1/import/prometheus`, { method: "POST", body: text.join("\n") });
  if (!answer.ok) throw new Error(`VictoriaMetrics refused the samples: ${await answer.text()}`);
  await answer.text();
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  let complaint = "";
  let ended: Error | undefined;
  child.stderr?.on("data", (chunk) => {
    complaint = (complaint + chunk).slice(-2_000);
  });
  child.on("error", (error) => {
    const isMissing = "code" in error && error.code === "ENOENT";
    ended = isMissing
      ? new Error("victoria-metrics is not on PATH. Install it: apt-get install victoria-metrics")
      : error;
  });
  child.on("exit", (code) => {
    ended ??= new Error(`VictoriaMetrics ended with ${code} before it was ready:\n${complaint}`);
  });
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadlineMs) {
    if (ended) throw ended;
    const isReady = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`VictoriaMetrics was not ready within ${READY_WITHIN_MS / 1000} s:\n${complaint}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL"); // its store is thrown away
  await exited;
}
