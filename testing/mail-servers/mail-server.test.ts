import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { endGroup, isGroupAlive } from "./mail-server";

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
