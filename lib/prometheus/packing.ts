import type { Sample, Series } from "./answer";

/** How an answer is kept while nobody reads it. */
export type Packing<T, Kept extends object> = {
  pack(data: T): Kept;
  /** The same again, frozen: it is handed to many. */
  unpack(kept: Kept): T;
  /** About how much memory it takes. */
  bytes(kept: Kept): number;
};

type KeptSeries = {
  /** With how many points each of them has. */
  series: { labels: Record<string, string>; length: number }[];
  /** All series, one after the other: a time, its value, the next time. */
  numbers: Float64Array;
};

const LABELS_BYTES = 500;

/** A point is sixteen bytes here; as an array of its own among others it is seventy. */
export const packedSeries: Packing<Series[], KeptSeries> = {
  pack: (data) => {
    const numbers = new Float64Array(2 * data.reduce((sum, { points }) => sum + points.length, 0));
    let at = 0;
    for (const { points } of data)
      for (const [atMs, value] of points) {
        numbers[at++] = atMs;
        numbers[at++] = value;
      }
    return { series: data.map(({ labels, points }) => ({ labels, length: points.length })), numbers };
  },
  unpack: ({ series, numbers }) => {
    let at = 0;
    const data = series.map(({ labels, length }) => {
      const points: Series["points"] = [];
      for (let nth = 0; nth < length; nth++) points.push([numbers[at++] ?? 0, numbers[at++] ?? 0]);
      Object.freeze(points);
      return Object.freeze({ labels, points });
    });
    Object.freeze(data);
    return data;
  },
  bytes: ({ series, numbers }) => numbers.byteLength + series.length * LABELS_BYTES,
};

/** Samples are few and mostly labels: they are kept as they are. */
export const wholeSamples: Packing<Sample[], Sample[]> = {
  pack: (data) => data,
  unpack: (kept) => kept,
  bytes: (kept) => kept.length * LABELS_BYTES,
};
