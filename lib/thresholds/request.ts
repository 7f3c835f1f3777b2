import { z } from "zod";
import type { EditDraft } from "./edit";
import { PREVIEW_RANGE_IDS, PREVIEW_RANGES, type PreviewRange } from "./preview-range";

/**
 * What the page may ask to be done with a line. `range` is the one that its preview showed. `pageOf` is the tenant that the page
 * was rendered for. It chooses nothing: where the browser has signed in to another one since, the change is refused.
 */
export type ThresholdRequest = { range: PreviewRange; pageOf: string } & (
  | { change: "set"; expectedVersion: number; to: EditDraft }
  | { change: "default"; expectedVersion: number }
  | { change: "undo"; edit: string }
);

/** NaN and infinities become null in JSON; what is wrong with a number is said field by field, in words, by checkEdit. */
const field = z.number().nullable();
const expectedVersion = z.int().min(0);
const range = z.enum(PREVIEW_RANGE_IDS);
const pageOf = z.string();

const requestSchema = z.discriminatedUnion("change", [
  z.strictObject({
    change: z.literal("set"),
    range,
    pageOf,
    expectedVersion,
    to: z.strictObject({
      enabled: z.boolean(),
      value: field,
      inclusive: z.boolean(),
      forSeconds: field,
      recoverForSeconds: field,
    }),
  }),
  z.strictObject({ change: z.literal("default"), range, pageOf, expectedVersion }),
  z.strictObject({ change: z.literal("undo"), range, pageOf, edit: z.string().regex(/^[0-9]{1,18}$/) }),
]);

/** @returns the request, or a sentence that says what is wrong with it */
export function parseThresholdRequest(
  body: unknown,
): { ok: true; request: ThresholdRequest } | { ok: false; message: string } {
  const parsed = requestSchema.safeParse(body);
  if (parsed.success) return { ok: true, request: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  return {
    ok: false,
    message: `This is not a change of a threshold${where === "" ? "" : `: look at ${where}`}.`,
  };
}

export type HistoryRequest = { range: PreviewRange; toMs: number; part: number };

const historySchema = z.strictObject({
  range,
  to: z
    .string()
    .regex(/^[0-9]{1,15}$/)
    .transform(Number),
  part: z
    .string()
    .regex(/^[0-9]{1,2}$/)
    .transform(Number),
});

/** @returns the request, or a sentence that lists what is valid */
export function parseHistoryRequest(
  parameters: URLSearchParams,
): { ok: true; request: HistoryRequest } | { ok: false; message: string } {
  const parsed = historySchema.safeParse(Object.fromEntries(parameters));
  const once = new Set(parameters.keys()).size === [...parameters.keys()].length;
  if (parsed.success && once && parsed.data.part < PREVIEW_RANGES[parsed.data.range].parts)
    return {
      ok: true,
      request: { range: parsed.data.range, toMs: parsed.data.to, part: parsed.data.part },
    };
  return {
    ok: false,
    message: `Ask for one part of a history with ?range=, &to= in milliseconds, and &part= from 0. The ranges are ${PREVIEW_RANGE_IDS.join(", ")}.`,
  };
}
