import { expect, test } from "vitest";
import { judgeVersion } from "./check-server";

test("PostgreSQL 15 to 18 is supported; an older one is refused, and of a newer one it is said that nobody has tried it", () => {
  for (const number of [150_000, 160_004, 170_002, 180_001]) expect(judgeVersion(number)).toBeNull();
  expect(judgeVersion(140_012)).toEqual({
    refusal: "is on PostgreSQL 14; Watchpost needs 15 to 18. Upgrade the server",
  });
  expect(judgeVersion(190_000)).toMatchObject({ remark: expect.stringContaining("PostgreSQL 19") });
});
