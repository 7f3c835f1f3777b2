import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const promtool = (...args: string[]) =>
  promisify(execFile)("promtool", args, { cwd: import.meta.dirname }).then(({ stdout }) => stdout);

test("Prometheus's own tool takes the rules", async () => {
  expect(await promtool("check", "rules", "alerts.yaml")).toContain("SUCCESS");
});

test("each rule fires when it should and no sooner, and no rolling restart fires any", async () => {
  expect(await promtool("test", "rules", join(import.meta.dirname, "alerts.test.yaml"))).toContain("SUCCESS");
});
