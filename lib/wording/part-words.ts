import type { PartName } from "@/lib/evaluation/parts";
import { list } from "./sentence";

/** What an owner calls what a label names. Others go by the label itself. */
const KINDS: Readonly<Record<string, string>> = {
  persistentvolumeclaim: "volume",
  instance: "target",
};
/** They say where a part is, and nothing that its own name doesn't say. */
const PLACES: ReadonlySet<string> = new Set(["namespace", "job"]);
/** Of each value: a name from outside may be of any length. */
const LENGTH_AT_MOST = 80;

/**
 * A part in words: "container db of pod photos-0", "volume data".
 * @param by the labels that name it, as in the bundle's `parts.by`
 */
export function partInWords(by: readonly string[], name: PartName): string {
  const named = by
    .map((label, nth) => ({ label, value: name[nth] ?? "" }))
    .filter(({ value }) => value !== "");
  const own = named.filter(({ label }) => !PLACES.has(label));
  const words = (own.length > 0 ? own : named).map(
    ({ label, value }) => `${KINDS[label] ?? label} ${value.slice(0, LENGTH_AT_MOST)}`,
  );
  return words.length === 0 ? "a part without a name" : words.reverse().join(" of ");
}

/** So many parts are named in a sentence. */
const NAMED_AT_MOST = 3;

/** "container db of pod photos-0, volume data and 2 more" */
export function partList(parts: readonly string[]): string {
  const more = parts.length - NAMED_AT_MOST;
  return list(more > 0 ? [...parts.slice(0, NAMED_AT_MOST), `${more} more`] : parts);
}
