import { expect, test } from "vitest";
import packageJson from "@/package.json";
import { WORKER_NODE_FLAGS } from "./memory";

test("npm run start:worker starts the worker with the same ceiling as everything else that starts one", () => {
  expect(packageJson.scripts["start:worker"]).toContain(
    ` node ${[...WORKER_NODE_FLAGS, "--import", "tsx"].join(" ")} `,
  );
});
