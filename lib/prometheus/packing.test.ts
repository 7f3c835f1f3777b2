import fc from "fast-check";
import { expect, test } from "vitest";
import type { Series } from "./answer";
import { packedSeries } from "./packing";

const anySeries: fc.Arbitrary<Series[]> = fc.array(
  fc.record({
    labels: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
    points: fc.array(fc.tuple(fc.maxSafeNat(), fc.double())),
  }),
);

test("what is unpacked is what was packed, NaN and the infinities included", () => {
  fc.assert(
    fc.property(anySeries, (data) => {
      expect(packedSeries.unpack(packedSeries.pack(data))).toEqual(data);
    }),
  );
});

test("what is unpacked can't be changed by one of those whom it is handed to", () => {
  const data: Series[] = [{ labels: { tenant: "photos" }, points: [[1, 2]] }];
  const read = packedSeries.unpack(packedSeries.pack(data));
  expect(() => read.pop()).toThrow(TypeError);
  expect(() => read[0]?.points.pop()).toThrow(TypeError);
});

test("a point counts for sixteen bytes", () => {
  const bytes = (length: number) =>
    packedSeries.bytes(packedSeries.pack([{ labels: {}, points: Array(length).fill([1, 2]) }]));
  expect(bytes(1_000) - bytes(0)).toBe(16_000);
});
