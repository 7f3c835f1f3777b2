import { z } from "zod";
import type { FailureCode, Sample, Series } from "./answer";
import { failed, type QueryOutcome } from "./failure";
import { readPoint, readSeries } from "./read-series";

const envelope = z.object({
  status: z.enum(["success", "error"]),
  data: z.unknown().optional(),
  errorType: z.string().nullish(),
  error: z.string().nullish(),
  // Thanos and Prometheus's remote read say "partial" as a warning, VictoriaMetrics as a flag. Mimir and Cortex fail instead.
  warnings: z.array(z.string()).nullish(),
  isPartial: z.boolean().nullish(),
});

/** Reads the answer of an instant query: one value for each series. What is no number is dropped and counted. */
export function readVector(body: string): QueryOutcome<Sample[]> {
  const read = readSuccess(body);
  const series = read.ok ? readSeries(read.data, "vector") : read;
  if (!series.ok) return series;
  let unusable = 0;
  const samples = series.data.flatMap(({ labels, points, unusable: reason }) => {
    const point = reason === null ? readPoint(points[0]) : null;
    if (point) return [Object.freeze({ labels: Object.freeze(labels), value: point.value })];
    unusable += 1;
    return [];
  });
  return { ok: true, data: frozen(samples), ...(unusable > 0 && { unusable }) };
}

/** Reads the answer of a range query: the points of each series, times in milliseconds. What is no number is a gap. */
export function readMatrix(body: string): QueryOutcome<Series[]> {
  const read = readSuccess(body);
  const raw = read.ok ? readSeries(read.data, "matrix") : read;
  if (!raw.ok) return raw;
  let unusable = 0;
  const series = raw.data.flatMap(({ labels, points: pairs, unusable: reason }) => {
    const points = pairs.flatMap((pair): [number, number][] => {
      const point = readPoint(pair);
      return point ? [[point.atMs, point.value]] : [];
    });
    if (reason !== null || points.length < pairs.length) unusable += 1;
    return points.length === 0
      ? []
      : [Object.freeze({ labels: Object.freeze(labels), points: frozen(points) })];
  });
  return { ok: true, data: frozen(series), ...(unusable > 0 && { unusable }) };
}

// Many viewers share an answer: a caller that sorts it in place gets an error, and no other viewer a changed order.
function frozen<T>(items: T[]): T[] {
  Object.freeze(items);
  return items;
}

/**
 * What PromQL's engine says about the data that it read, since Prometheus 2.48, and how it ends a list that is longer than ten.
 * Anybody's metrics can bring it about, so it says nothing of the answer. Before 2.54 infos stand among the warnings.
 */
const ADVICE = /^(PromQL (warning|info): |\d+ more ((warning|info) )?annotations omitted$)/;

/** The `data` of an answer that is whole: an error, a store's warning or a flag that says "partial" is a failure. */
export function readSuccess(body: string): QueryOutcome<unknown> {
  const read = readEnvelope(body);
  if (!read.ok) return read;
  const { status, data, warnings, isPartial } = read.data;
  if (status === "error") return failed(errorCode(read.data.errorType), detailOf(read.data));
  const ofStore = warnings?.filter((warning) => !ADVICE.test(warning)) ?? [];
  if (ofStore.length > 0) return failed("partial", ofStore.join("; ").slice(0, 300));
  if (isPartial) return failed("partial", "isPartial");
  return { ok: true, data };
}

function readEnvelope(body: string): QueryOutcome<z.infer<typeof envelope>> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return failed(
      "not-json",
      body.trimStart().startsWith("<") ? "markup" : `unreadable after ${body.length} characters`,
    );
  }
  const parsed = envelope.safeParse(json);
  return parsed.success
    ? { ok: true, data: parsed.data }
    : failed("malformed", z.prettifyError(parsed.error).slice(0, 300));
}

/**
 * What an HTTP status other than 200 means.
 * @param body as far as it was read; Prometheus explains itself there, a proxy in front of it doesn't
 */
export function readRefusal(status: number, body: string): { ok: false; code: FailureCode; detail: string } {
  const read = readEnvelope(body);
  const said = read.ok ? detailOf(read.data) : "";
  const detail = [`HTTP ${status}`, said].filter(Boolean).join(": ");
  const timedOut = read.ok && read.data.errorType === "timeout";
  if (status === 504 || timedOut) return failed("timeout", detail);
  // A question that was given up concerns that question alone; a server that is not there yet concerns them all.
  const givenUp = read.ok && read.data.errorType && read.data.errorType !== "unavailable";
  if (status === 503) return failed(givenUp ? "timeout" : "starting", detail);
  if (status === 401 || status === 403) return failed("unauthorised", detail);
  if (status === 400 || status === 422) return failed("query", detail);
  return failed("status", detail);
}

function errorCode(errorType: string | null | undefined): FailureCode {
  if (errorType === "timeout") return "timeout";
  return errorType === "unavailable" ? "starting" : "query";
}

function detailOf({ errorType, error }: z.infer<typeof envelope>): string {
  return [errorType, error].filter(Boolean).join(": ").slice(0, 300);
}
