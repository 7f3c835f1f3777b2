import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type KeptProcess, startKeptProcess } from "./kept-process";

/** Starts another process, as the launcher does, and both print their numbers. The other one ignores SIGTERM. */
const STUBBORN = `
  const { spawn } = require("node:child_process");
  const keep = "process.on('SIGTERM', () => {}); console.log('pid ' + process.pid); setInterval(() => {}, 1000);";
  spawn(process.execPath, ["-e", keep], { stdio: "inherit", detached: true });
  console.log("parent " + process.pid);
  setInterval(() => {}, 1000);`;

let folder: string;
let kept: KeptProcess;
const said = async () => readFile(path.join(folder, "log"), "utf8").catch(() => "");
const pids = async () =>
  [...(await said()).matchAll(/^(?:pid|parent) (\d+)$/gm)].map(([, pid]) => Number(pid));
const stateOf = (pid: number) =>
  readFile(`/proc/${pid}/stat`, "utf8").then(
    (stat) => stat.slice(stat.lastIndexOf(")") + 2)[0] ?? "",
    () => "gone",
  );
const states = async () => Promise.all((await pids()).map(stateOf));

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "watchpost-kept-"));
  kept = startKeptProcess({
    name: "kept",
    file: process.execPath,
    args: ["-e", STUBBORN],
    env: {},
    logFile: path.join(folder, "log"),
  });
  await expect.poll(async () => (await pids()).length).toBe(2);
});
afterEach(async () => {
  await kept.end();
  await rm(folder, { recursive: true, force: true });
});

test("a crash ends all that it started, and it stays so until it is started", async () => {
  await kept.kill();
  await expect
    .poll(async () => (await states()).every((state) => state === "gone" || state === "Z"))
    .toBe(true);
  expect(await pids()).toHaveLength(2);
  kept.start();
  await expect.poll(async () => (await pids()).length).toBe(4);
  expect(kept.ownEnds()).toBe(0);
});

test("an orderly stop leaves nothing behind that it started", async () => {
  await kept.halt();
  await expect
    .poll(async () => (await states()).every((state) => state === "gone" || state === "Z"))
    .toBe(true);
});

test("all of it stands still, and goes on", async () => {
  await kept.setPaused(true);
  await expect.poll(states).toEqual(["T", "T"]);
  await kept.setPaused(false);
  await expect.poll(async () => (await states()).includes("T")).toBe(false);
});

test("what ends by itself is started again, and counted", async () => {
  const [first] = await pids();
  process.kill(first ?? 0, "SIGKILL");
  const [, second] = await pids();
  process.kill(second ?? 0, "SIGKILL");
  await expect.poll(async () => (await pids()).length).toBe(4);
  expect(kept.ownEnds()).toBe(1);
});
