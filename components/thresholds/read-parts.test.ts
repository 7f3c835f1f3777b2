import { expect, test } from "vitest";
import { readParts } from "./read-parts";

const turn = () => new Promise((done) => setImmediate(done));

test("parts stand in their order, though the first comes last", async () => {
  const counted: number[] = [];
  const parts = await readParts(
    5,
    2,
    async (part) => {
      for (let turns = 5 - part; turns > 0; turns -= 1) await turn();
      return `part ${part}`;
    },
    (done) => counted.push(done),
  );
  expect(parts).toEqual(["part 0", "part 1", "part 2", "part 3", "part 4"]);
  expect(counted).toEqual([1, 2, 3, 4, 5]);
});

test("no more than the given number is asked for at the same time", async () => {
  let underWay = 0;
  let most = 0;
  const read = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await turn();
    underWay -= 1;
  };
  await readParts(10, 2, read, () => {});
  expect(most).toBe(2);
});

test("the first failure is passed on, and no part is asked for after it", async () => {
  const asked: number[] = [];
  const read = async (part: number) => {
    asked.push(part);
    await turn();
    if (part === 1) throw new Error("The metrics store is away.");
    return part;
  };
  await expect(readParts(10, 2, read, () => {})).rejects.toThrow("The metrics store is away.");
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(asked).toEqual([0, 1, 2]);
});
