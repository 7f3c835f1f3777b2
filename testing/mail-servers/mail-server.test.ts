import { spawn } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { endGroup, isGroupAlive, runMailServer } from "./mail-server";

test("a server's group has ended once that is said, even what ignores SIGTERM", async () => {
  const stubborn = `trap "" TERM; echo up; while :; do sleep 0.1; done`;
  const child = spawn("sh", ["-c", `sh -c '${stubborn}' & exec sleep 60`], { detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error("The group didn't begin.");
  await once(child.stdout, "data");
  expect(await isGroupAlive(pid)).toBe(true);
  await endGroup(child);
  expect(await isGroupAlive(pid)).toBe(false);
});

test("a program that can't be started fails with its own error, and leaves no folder", async () => {
  let made = "";
  const running = runMailServer("watchpost-no-server-", async (folder) => {
    made = folder;
    return { port: 1, child: spawn(join(folder, "no-program")), logFile: "log" };
  });
  await expect(running).rejects.toThrow("ENOENT");
  await expect(access(made)).rejects.toThrow("ENOENT");
});
