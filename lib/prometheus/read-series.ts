import { storable } from "@/lib/infra/storable";
import { failed, type QueryOutcome } from "./failure";

/**
 * Why a series can't be read as a number. Its exposer causes either, so its own tenant alone loses that series: histogram, a
 * native histogram's sample; not-a-number, any other form.
 */
export type UnusableReason = "histogram" | "not-a-number";

/** One series of an answer; `points` are the [seconds, text] pairs that it has, not yet looked at. */
export type RawSeries = {
  labels: Record<string, string>;
  points: unknown[];
  unusable: UnusableReason | null;
};

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const SPECIAL: Record<string, number> = {
  NaN: Number.NaN,
  "+Inf": Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
};

/** A sample's value comes as text, for JSON has no NaN and no infinity. null: it isn't a number. */
function readNumber(text: unknown): number | null {
  if (typeof text !== "string") return null;
  const special = Object.hasOwn(SPECIAL, text) ? SPECIAL[text] : undefined;
  if (special !== undefined) return special;
  return NUMBER.test(text) ? Number(text) : null;
}

/** A [seconds, text] pair as Prometheus writes it; null: it isn't one. */
export function readPoint(pair: unknown): { atMs: number; value: number } | null {
  if (!Array.isArray(pair) || typeof pair[0] !== "number") return null;
  const value = readNumber(pair[1]);
  return value === null ? null : { atMs: Math.round(pair[0] * 1000), value };
}

/**
 * Takes an answer apart into its series. By hand: ten thousand tenants come every half minute, and a schema takes several times as
 * long.
 * @param type what the answer must be
 * @returns malformed where it is another kind of answer, or where none of its items is a series: no exposed metric does that
 */
export function readSeries(data: unknown, type: "vector" | "matrix"): QueryOutcome<RawSeries[]> {
  const read = data as { resultType?: unknown; result?: unknown } | null | undefined;
  if (read?.resultType !== type || !Array.isArray(read.result)) return failed("malformed", `not a ${type}`);
  const items = read.result.filter(isSeries);
  if (items.length === 0 && read.result.length > 0)
    return failed("malformed", `${read.result.length} items, and none is a series`);
  return { ok: true, data: items.map((item) => rawSeries(item, type)) };
}

type Item = { metric: Record<string, unknown>; [part: string]: unknown };

const isSeries = (item: unknown): item is Item => {
  const metric = typeof item === "object" && item !== null ? (item as Item).metric : null;
  return typeof metric === "object" && metric !== null && !Array.isArray(metric);
};

function rawSeries(item: Item, type: "vector" | "matrix"): RawSeries {
  const { metric, value, values, histogram, histograms } = item;
  let odd = false;
  for (const name in metric) {
    const text = metric[name];
    // A label may hold any character.
    if (typeof text !== "string") odd = true;
    else metric[name] = storable(text);
  }
  const labels = metric as Record<string, string>;
  const points = type === "vector" ? [value] : Array.isArray(values) ? values : [];
  if (histogram !== undefined || histograms !== undefined) return { labels, points, unusable: "histogram" };
  return { labels, points, unusable: odd || points.length === 0 ? "not-a-number" : null };
}
