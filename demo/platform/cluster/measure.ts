import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** A process as the operating system accounts for it. */
export type MeasuredUsage = { cpuSeconds: number; residentBytes: number };

/** Linux counts processor time for user space in hundredths of a second, whatever the kernel's own tick (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** What a process uses, or null when it is gone. From /proc on Linux, from `ps` elsewhere. */
export async function measureProcess(pid: number): Promise<MeasuredUsage | null> {
  try {
    return process.platform === "linux" ? await fromProc(pid) : await fromPs(pid);
  } catch {
    return null;
  }
}

async function fromProc(pid: number): Promise<MeasuredUsage | null> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile(`/proc/${pid}/status`, "utf8"),
  ]);
  return readProc(stat, status);
}

/** @returns null when the process has ended and only waits to be collected */
export function readProc(stat: string, status: string): MeasuredUsage | null {
  // The second field is the command in brackets and may hold spaces, so counting starts behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (!resident) return null;
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: Number(resident) * 1024 };
}

async function fromPs(pid: number): Promise<MeasuredUsage> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=,time=", "-p", String(pid)]);
  return readPs(stdout);
}

/** Reads `rss time`: kilobytes, and [[dd-]hh:]mm:ss with or without hundredths. */
export function readPs(line: string): MeasuredUsage {
  const [kilobytes = "", time = ""] = line.trim().split(/\s+/);
  const [clock = "", days = "0"] = time.split("-").reverse();
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuSeconds: Number(days) * 86_400 + seconds, residentBytes: Number(kilobytes) * 1024 };
}
