import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pastBefore } from "../scenario";
import { DAYS, writeWeek } from "./week";

/**
 * Writes the week before `startMs`, and the moments since, into a fresh TSDB folder: a process of its own, so that the
 * platform starts meanwhile. While one day is being imported by promtool, the next is being written.
 *
 * Arguments: path of promtool, folder of the TSDB, startMs, seed. Sends `{ day, days }` after each day.
 */
async function main(promtool: string, tsdbDir: string, startMs: number, seed: number): Promise<void> {
  mkdirSync(tsdbDir, { recursive: true });
  const week = writeWeek(pastBefore(startMs), seed);
  let importing: Promise<void> = Promise.resolve();
  for (let day = 0; day < DAYS; day += 1) {
    const file = join(tsdbDir, `day-${day}.openmetrics`);
    writePieces(file, week.day(day));
    await importing;
    importing = importText(promtool, file, tsdbDir);
    // A failure is taken up by the next await; without this a quick one would end the process before it.
    importing.catch(() => {});
    process.send?.({ day: day + 1, days: DAYS });
  }
  await importing;
  const tail = join(tsdbDir, "tail.openmetrics");
  writePieces(tail, week.tail(Date.now()));
  await importText(promtool, tail, tsdbDir);
}

function writePieces(file: string, pieces: Iterable<string>): void {
  const descriptor = openSync(file, "w");
  let pending: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    pending.push(piece);
    length += piece.length;
    if (length < 1_000_000) continue;
    writeSync(descriptor, pending.join(""));
    pending = [];
    length = 0;
  }
  writeSync(descriptor, pending.join(""));
  closeSync(descriptor);
}

/** One block for the whole file: promtool reads its input once per block, so small blocks would cost many readings. */
function importText(promtool: string, file: string, tsdbDir: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = [
      "tsdb",
      "create-blocks-from",
      "openmetrics",
      "--quiet",
      "--max-block-duration=486h",
      file,
      tsdbDir,
    ];
    const child = spawn(promtool, args, { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (piece) => {
      complaint += piece;
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      rmSync(file, { force: true });
      if (code === 0) resolve();
      else reject(new Error(`promtool could not import the history (exit ${code}): ${complaint.trim()}`));
    });
  });
}

process.on("disconnect", () => process.exit(1));
const [promtool = "", tsdbDir = "", startMs = "", seed = ""] = process.argv.slice(2);
await main(promtool, tsdbDir, Number(startMs), Number(seed));
process.exit(0);
