import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./lock.mjs";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "watchpost-lock-"));
  file = path.join(folder, "lock.json");
});
afterEach(() => rm(folder, { recursive: true }));

test("a lock that a living process holds isn't given, and its holder is named", async () => {
  await takeLock(file, { about: "running the demo" });
  const second = await takeLock(file, { about: "running the demo" });
  expect(second).toMatchObject({ held: false, holder: { pid: process.pid, about: "running the demo" } });
});

test("a lock that was released is given again", async () => {
  const first = await takeLock(file, { about: "first" });
  if (first.held) await first.release();
  expect(await takeLock(file, { about: "second" })).toMatchObject({ held: true, stale: null });
});

test("a lock whose holder has ended is taken over, and reports it", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  await writeFile(
    file,
    JSON.stringify({ pid: child.pid, bornAt: null, since: "", about: "gone", run: "r1" }),
  );
  expect(await takeLock(file, { about: "next" })).toMatchObject({ held: true, stale: { run: "r1" } });
});

test("a later process with the same number isn't taken for the holder", async () => {
  await writeFile(file, JSON.stringify({ pid: process.pid, bornAt: "1", since: "", about: "long ago" }));
  expect(await takeLock(file, { about: "next" })).toMatchObject({ held: true });
});

test("a lock file that a crash left empty is taken over", async () => {
  await writeFile(file, "");
  expect(await takeLock(file, { about: "next" })).toMatchObject({ held: true });
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ about: "next" });
});
