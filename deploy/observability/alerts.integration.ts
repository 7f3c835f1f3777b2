import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { register } from "prom-client";
import { expect, test } from "vitest";
import { registeredSeries } from "./registered.fixture";

/** Runs promtool here, and gives it a text to read. @throws with what it says where it objects */
function promtool(args: string[], input = ""): Promise<{ stdout: string }> {
  const running = promisify(execFile)("promtool", args, { cwd: import.meta.dirname });
  running.child.stdin?.end(input);
  return running;
}

test("Prometheus's own tool takes the rules", async () => {
  expect((await promtool(["check", "rules", "alerts.yaml"])).stdout).toContain("SUCCESS");
});

test("each rule fires when it should and no sooner, and no rolling restart fires any", async () => {
  expect((await promtool(["test", "rules", "alerts.test.yaml"])).stdout).toContain("SUCCESS");
});

test("every metric of the portal's own is named by Prometheus's conventions", async () => {
  await registeredSeries();
  const objections = await promtool(["check", "metrics"], await register.metrics()).catch(
    ({ stderr }: { stderr: string }) => ({ stdout: stderr }),
  );
  // prom-client's own names are not ours to change.
  expect(objections.stdout.split("\n").filter((line) => line.startsWith("watchpost"))).toEqual([]);
  expect(objections.stdout).toContain("nodejs_active_handles_total");
});
