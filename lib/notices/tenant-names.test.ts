import fc from "fast-check";
import { expect, test } from "vitest";
import { tenantNameFinder } from "./tenant-names";

const TENANTS = [
  { id: "t-1", name: "Team" },
  { id: "t-2", name: "Team Red" },
  { id: "t-3", name: "Team Red Fox" },
  { id: "t-4", name: "Red Fox" },
  { id: "t-5", name: "Team Red" },
];

test.each([
  ["Team Blue", ["t-1"]],
  ["a Team Red", ["t-1", "t-2", "t-5"]],
  ["Team Red Fox, and others", ["t-1", "t-2", "t-3", "t-4", "t-5"]],
  ["Red Fox", ["t-4"]],
  ["Red, or a fox", []],
  ["t-4", ["t-4"]],
  ["", []],
])("names that begin alike are all found: %j", (line, found) => {
  expect(tenantNameFinder(TENANTS)([line])).toEqual([found]);
});

test("a name that goes over a line's end is found on both lines, and not beyond them", () => {
  expect(tenantNameFinder(TENANTS)(["the Red", "Fox", "and a fox"])).toEqual([["t-4"], ["t-4"], []]);
});

test("what is found is what a look at each name finds", () => {
  const word = fc.constantFrom("red", "fox", "team", "one", "two");
  const words = fc.array(word, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), fc.array(word, { maxLength: 12 }), (names, text) => {
      // An id that no text has.
      const tenants = names.map((name, nth) => ({ id: `id${nth}`, name: name.join(" ") }));
      const expected = tenants
        .filter(({ name }) => ` ${text.join(" ")} `.includes(` ${name} `))
        .map(({ id }) => id);
      expect(tenantNameFinder(tenants)([text.join(" ")])).toEqual([expected.sort()]);
    }),
    { numRuns: 500 },
  );
});
