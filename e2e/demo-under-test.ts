import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ANY_FREE_PORTS } from "../demo/ports";

const ROOT = path.resolve(import.meta.dirname, "..");
const DATA_DIR = process.env.WATCHPOST_DEMO_DIR || path.join(ROOT, "e2e/results/demo");
const READY_WITHIN_MS = 600_000;
const STOP_WITHIN_MS = 60_000;
const POLL_MS = 100;

/**
 * Starts the demo once for all walks of this run, and stops it as Ctrl-C would: a demo that doesn't end cleanly fails the run.
 *
 * The author of a walk can run it against a demo that runs already: start that with DEMO_WALKS=1, and set WATCHPOST_DEMO to
 * the contents of its .data/demo/running.json.
 */
export default async function startDemoUnderTest(): Promise<() => Promise<void>> {
  if (process.env.WATCHPOST_DEMO) return async () => {};
  const { announced, stop } = await startDemo(DATA_DIR, { DEMO_WALKS: "1" });
  process.env.WATCHPOST_DEMO = announced;
  return stop;
}

/**
 * Starts a demo on free ports, by the command that a reader of the README uses.
 * @param dataDir is made anew
 * @returns what it writes once it runs, and how it is stopped, which throws when it doesn't end cleanly
 */
export async function startDemo(
  dataDir: string,
  environment: Record<string, string>,
): Promise<{ announced: string; stop(): Promise<void> }> {
  await rm(dataDir, { recursive: true, force: true });
  const child = spawn(process.execPath, ["demo/start.mjs"], {
    cwd: ROOT,
    env: { ...process.env, ...ANY_FREE_PORTS, DEMO_DATA_DIR: dataDir, DATABASE_URL: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // The terminal's Ctrl-C reaches Playwright, which then signals the demo: once.
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
    });
  }
  const ended = once(child, "exit").then(([code]) => ({ code: code as number | null }));

  async function stop(): Promise<void> {
    const early = child.exitCode !== null;
    child.kill("SIGTERM");
    const forced = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    const { code } = await ended;
    clearTimeout(forced);
    if (early || code !== 0) throw new Error(`The demo ended with ${code}. It said:\n${output}`);
  }

  const deadlineMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const announced = await readFile(path.join(dataDir, "running.json"), "utf8").catch(() => null);
    if (announced) return { announced, stop };
    if (child.exitCode !== null || performance.now() > deadlineMs) {
      child.kill("SIGTERM");
      throw new Error(`The demo did not start. It said:\n${output}`);
    }
    await Promise.race([ended, sleep(POLL_MS)]);
  }
}
