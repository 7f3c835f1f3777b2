import { expect, test } from "vitest";
import packageJson from "@/package.json";
import { NEXT_COMMAND, WEB_NODE_FLAGS, WORKER_NODE_FLAGS } from "./node-flags";

test("npm run start:worker starts the worker with the same ceiling as everything else that starts one", () => {
  expect(packageJson.scripts["start:worker"]).toContain(
    ` node ${[...WORKER_NODE_FLAGS, "--import", "tsx"].join(" ")} `,
  );
});

test.each(["start", "start:web"] as const)(
  "npm run %s starts the portal with the flags that the demo and the benchmark give it",
  (script) => {
    expect(packageJson.scripts[script]).toMatch(
      new RegExp(` ${["node", ...WEB_NODE_FLAGS, NEXT_COMMAND, "start"].join(" ")}$`),
    );
  },
);
