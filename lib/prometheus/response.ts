import { z } from "zod";
import type { FailureCode, Sample, Series } from "./answer";
import { failed, type QueryOutcome } from "./failure";

const envelope = z.object({
  status: z.enum(["success", "error"]),
  data: z.unknown().optional(),
  errorType: z.string().nullish(),
  error: z.string().nullish(),
  // Prometheus and its like say "partial" as a warning; VictoriaMetrics says it as a flag. Its `infos` are mere advice.
  warnings: z.array(z.string()).nullish(),
  isPartial: z.boolean().nullish(),
});

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const SPECIAL: Record<string, number> = {
  NaN: Number.NaN,
  "+Inf": Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
};

/** A sample's value comes as text, for JSON has no NaN and no infinity. null: it isn't a number. */
export function readNumber(text: string): number | null {
  const special = Object.hasOwn(SPECIAL, text) ? SPECIAL[text] : undefined;
  if (special !== undefined) return special;
  return NUMBER.test(text) ? Number(text) : null;
}

const value = z.string().transform((text, context) => {
  const number = readNumber(text);
  if (number !== null) return number;
  context.addIssue({ code: "custom", message: "is not a number" });
  return z.NEVER;
});

const metric = z.record(z.string(), z.string());
const pair = z.tuple([z.number(), value]);
const vector = z.object({
  resultType: z.literal("vector"),
  result: z.array(z.object({ metric, value: pair })),
});
const matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric, values: z.array(pair) })),
});

/** Reads the answer of an instant query: one value for each series. */
export function readVector(body: string): QueryOutcome<Sample[]> {
  const data = readSuccess(body);
  if (!data.ok) return data;
  const parsed = vector.safeParse(data.data);
  if (!parsed.success) return failed("malformed", z.prettifyError(parsed.error).slice(0, 300));
  const samples = parsed.data.result.map(({ metric, value: [, value] }) => {
    return Object.freeze({ labels: Object.freeze(metric), value });
  });
  return { ok: true, data: frozen(samples) };
}

/** Reads the answer of a range query: the points of each series, times in milliseconds. */
export function readMatrix(body: string): QueryOutcome<Series[]> {
  const data = readSuccess(body);
  if (!data.ok) return data;
  const parsed = matrix.safeParse(data.data);
  if (!parsed.success) return failed("malformed", z.prettifyError(parsed.error).slice(0, 300));
  const series = parsed.data.result.map(({ metric, values }) => {
    const points = values.map(([atSeconds, value]): [number, number] => [
      Math.round(atSeconds * 1000),
      value,
    ]);
    return Object.freeze({ labels: Object.freeze(metric), points: frozen(points) });
  });
  return { ok: true, data: frozen(series) };
}

// One answer is handed to many viewers: whoever sorts it in place is told at once, instead of another viewer.
function frozen<T>(items: T[]): T[] {
  Object.freeze(items);
  return items;
}

/** The `data` of an answer that is whole: an error, a warning or a flag that says "partial" is a failure. */
export function readSuccess(body: string): QueryOutcome<unknown> {
  const read = readEnvelope(body);
  if (!read.ok) return read;
  const { status, data, warnings, isPartial } = read.data;
  if (status === "error") return failed(errorCode(read.data.errorType), detailOf(read.data));
  if (warnings?.length) return failed("partial", warnings.join("; ").slice(0, 300));
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
  if (status === 503) return failed("starting", detail);
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
