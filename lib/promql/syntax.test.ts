import { expect, test } from "vitest";
import { readQuery } from "./syntax";

const QUERY = 'sum(up{tenant="photos"}) + up';
const confinedTo = (value: string | null) =>
  readQuery(QUERY, { label: "tenant", value }).selectors.map(({ confined }) => confined);

test("a text that was read before is judged by the confinement of each reading", () => {
  expect(confinedTo("photos")).toEqual([true, false]);
  expect(confinedTo("tickets")).toEqual([false, false]);
  expect(confinedTo("photos")).toEqual([true, false]);
});

test("a text that can't be read is refused each time", () => {
  for (let time = 0; time < 2; time += 1)
    expect(() => readQuery("sum(up", { label: "tenant", value: "photos" })).toThrow(
      "can't be read as PromQL",
    );
});
