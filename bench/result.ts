/** One thing that was measured. A limit is a promise that it keeps or breaks; without one it is there to be known. */
export type Measure = {
  part: string;
  what: string;
  value: number;
  unit: "×" | "ms" | "kB" | "MB" | "queries" | "questions" | "rows" | "shift" | "µs" | "of 6";
  limit?: { atMost: number } | { atLeast: number };
  /** How it came about, in a few words: the medians behind a ratio, the number of pairs. */
  detail?: string;
};

/** Whether a measure keeps its limit; null where it has none. */
export function holds({ value, limit }: Measure): boolean | null {
  if (!limit) return null;
  // NaN keeps no limit: what could not be measured proved nothing.
  return "atMost" in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/** @throws RangeError for no values */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  if (value === undefined) throw new RangeError("Nothing was measured.");
  return value;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/** How often which digits are worth reading: three of them. */
export function readableNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return value.toPrecision(3);
}

/** The measures as a table in plain text, one a line, its detail below it. */
export function table(measures: readonly Measure[]): string {
  const rows = measures.map((measure) => {
    const { what, value, unit, limit } = measure;
    const sign = limit && ("atMost" in limit ? `≤ ${limit.atMost}` : `≥ ${limit.atLeast}`);
    const kept = holds(measure);
    return {
      what,
      value: `${readableNumber(value)} ${unit}`,
      limit: sign ?? "",
      outcome: kept === null ? "" : kept ? "holds" : "BROKEN",
      detail: measure.detail,
    };
  });
  const width = (key: "what" | "value" | "limit") => Math.max(...rows.map((row) => row[key].length));
  const [whats, values, limits] = [width("what"), width("value"), width("limit")];
  return rows
    .map(({ what, value, limit, outcome, detail }) => {
      const line = `${what.padEnd(whats)}  ${value.padStart(values)}  ${limit.padEnd(limits)}  ${outcome}`;
      return detail ? `${line.trimEnd()}\n    ${detail}` : line.trimEnd();
    })
    .join("\n");
}
