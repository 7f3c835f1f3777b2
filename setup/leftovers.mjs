// @ts-check
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Carried in the environment by every process of one run of the demo. */
export const RUN_VARIABLE = "WATCHPOST_DEMO_RUN";
const POLL_MS = 50;

/**
 * The living processes of a run, this one apart. Needs Linux's /proc; elsewhere none are found.
 * @param {string} run
 */
async function processesOf(run) {
  const found = [];
  for (const name of await readdir("/proc").catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.split("\0").includes(`${RUN_VARIABLE}=${run}`)) found.push(pid);
  }
  return found;
}

/**
 * Ends what a run left behind: processes that were orphaned by a kill, or didn't end when they were asked to.
 * @param {string} run
 * @param {number} graceMs how long they have to end by themselves
 * @returns {Promise<number>} how many there were
 */
export async function endLeftovers(run, graceMs) {
  const first = await processesOf(run);
  /** @param {number[]} pids @param {NodeJS.Signals} signal */
  const tell = (pids, signal) => {
    for (const pid of pids) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended in the meantime.
      }
    }
  };
  // For PostgreSQL an interrupt is the quick, orderly stop; a plain termination would wait for its clients.
  tell(first, "SIGINT");
  const deadlineMs = Date.now() + graceMs;
  for (;;) {
    const left = await processesOf(run);
    if (left.length === 0) return first.length;
    if (Date.now() > deadlineMs) tell(left, "SIGKILL");
    if (Date.now() > deadlineMs + 1_000) return first.length;
    await sleep(POLL_MS);
  }
}
