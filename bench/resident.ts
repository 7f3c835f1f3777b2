import { readFile } from "node:fs/promises";
import type { Process } from "@/demo/processes";

export type Resident = {
  /** Megabytes of 1,000,000 bytes, of the process that serves and of what that started. */
  nowMegabytes: number;
  /** The most that each of them has ever had, added up: no less than what they ever had together. */
  peakMegabytes: number;
  /** What npm's own scripts start besides, to prepare the database and to hand signals on: at its highest. */
  launcherMegabytes: number;
};

/**
 * What a process holds in memory, files that it maps and shares with others included: `VmRSS` and `VmHWM` of Linux's
 * /proc/PID/status. Elsewhere the highest can't be read from outside.
 */
export async function residentOf(process: Process): Promise<Resident> {
  const [launcher, ...served] = await Promise.all((await process.pids()).map(statusOf));
  if (!launcher || served.length === 0) throw new Error("The process to be measured has ended.");
  return {
    nowMegabytes: served.reduce((sum, one) => sum + one.nowMegabytes, 0),
    peakMegabytes: served.reduce((sum, one) => sum + one.peakMegabytes, 0),
    launcherMegabytes: launcher.peakMegabytes,
  };
}

async function statusOf(pid: number) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const megabytes = (field: string) => {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    return (Number(kibibytes) * 1024) / 1e6;
  };
  return { nowMegabytes: megabytes("VmRSS"), peakMegabytes: megabytes("VmHWM") };
}
