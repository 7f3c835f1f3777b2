import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { createCleanUp } from "./clean-up";

test("whatever of it fails, all of it is done, the last first, and once", async () => {
  const cleanUp = createCleanUp();
  const folder = await cleanUp.folder("watchpost-clean-up-");
  const done: string[] = [];
  cleanUp.later(async () => {
    done.push(`login service; the folder is there: ${existsSync(folder)}`);
  });
  cleanUp.later(async () => {
    done.push("server");
    throw new Error("It doesn't end.");
  });
  await expect(cleanUp.run()).rejects.toThrow(AggregateError);
  await cleanUp.run();
  expect(done).toEqual(["server", "login service; the folder is there: true"]);
  expect(existsSync(folder)).toBe(false);
});
