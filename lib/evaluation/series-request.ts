import { z } from "zod";
import { SIGNAL_IDS, type SignalId } from "@/lib/catalogue/bundle";
import { RANGE_IDS, type RangeId } from "./ranges";

export type SeriesRequest =
  | { ok: true; signal: SignalId; range: RangeId }
  | { ok: false; code: "unknown_signal" | "unknown_range" | "unknown_parameter"; message: string };

const signalSchema = z.enum(SIGNAL_IDS);
const rangeSchema = z.enum(RANGE_IDS);

/**
 * Parses what a browser may say about a series: one signal's id and one range, and nothing else.
 * @returns the request, or a code and a sentence that lists what is valid
 */
export function parseSeriesRequest(signalText: string, parameters: URLSearchParams): SeriesRequest {
  const signal = signalSchema.safeParse(signalText);
  if (!signal.success)
    return {
      ok: false,
      code: "unknown_signal",
      message: `There is no such signal. The signals are ${SIGNAL_IDS.join(", ")}.`,
    };
  const stray = strayParameter(parameters, ["range"]);
  if (stray) return { ok: false, code: "unknown_parameter", message: stray };
  const [text, ...others] = parameters.getAll("range");
  const range = rangeSchema.safeParse(text);
  if (!range.success || others.length > 0)
    return {
      ok: false,
      code: "unknown_range",
      message: `Ask for one range with ?range=. The ranges are ${RANGE_IDS.join(", ")}.`,
    };
  return { ok: true, signal: signal.data, range: range.data };
}

/**
 * Refuses what a route has no use for. A parameter that is quietly ignored looks as if it had been obeyed.
 * @returns a sentence, or null where every parameter is one of the known
 */
export function strayParameter(parameters: URLSearchParams, known: readonly string[]): string | null {
  const stray = [...parameters.keys()].some((name) => !known.includes(name));
  if (!stray) return null;
  return known.length === 0
    ? "This address takes no parameters."
    : `This address takes no parameters but ${known.join(", ")}.`;
}
