// @ts-check
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 300;

/**
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string | null} bornAt distinguishes a process from a later one with the same number
 * @property {string} since ISO time
 * @property {string} about what the holder does
 * @property {string} [run] the id that its children carry
 * @property {string} [url]
 */

/**
 * When a process began, in the kernel's own count, or null when there is no such process (or no /proc to ask).
 * @param {number} pid
 */
async function bornAt(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name in brackets may hold spaces; field 22 is the 20th behind it.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

/** @param {Holder} holder */
async function lives(holder) {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EPERM") return false;
  }
  return holder.bornAt === null || holder.bornAt === (await bornAt(holder.pid));
}

/**
 * @param {string} file
 * @returns {Promise<Holder | null>}
 */
async function readHolder(file) {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return null;
  }
}

/**
 * Takes a lock file if no living process holds it. A process that was killed while holding it holds it no longer.
 * @param {string} file
 * @param {{ about: string, run?: string }} mine
 * @returns {Promise<{ held: true, stale: Holder | null, note(url: string): Promise<void>, release(): Promise<void> } | { held: false, holder: Holder }>}
 */
export async function takeLock(file, mine) {
  await mkdir(path.dirname(file), { recursive: true });
  /** @type {Holder} */
  const holder = {
    pid: process.pid,
    bornAt: await bornAt(process.pid),
    since: new Date().toISOString(),
    ...mine,
  };
  /** @type {Holder | null} */
  let stale = null;
  for (;;) {
    try {
      await writeFile(file, JSON.stringify(holder), { flag: "wx" });
      return {
        held: true,
        stale,
        note: (url) => writeFile(file, JSON.stringify({ ...holder, url })),
        release: () => rm(file, { force: true }),
      };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    let other = await readHolder(file);
    if (other === null) {
      // Between its making and its first byte a lock is empty; one that stays so was left by a crash.
      await sleep(POLL_MS);
      other = await readHolder(file);
    }
    if (other && (await lives(other))) return { held: false, holder: other };
    stale = other ?? stale;
    await rm(file, { force: true });
  }
}

/**
 * Takes a lock, once no other process holds it.
 * @param {string} file
 * @param {string} about
 * @param {{ signal: AbortSignal, onWait: (holder: Holder) => void }} options
 */
export async function waitForLock(file, about, { signal, onWait }) {
  let notified = false;
  for (;;) {
    const lock = await takeLock(file, { about });
    if (lock.held) return lock;
    if (!notified) onWait(lock.holder);
    notified = true;
    await sleep(POLL_MS, undefined, { signal });
  }
}
