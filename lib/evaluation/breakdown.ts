import type { LineDefinition, Threshold } from "@/lib/catalogue/bundle";
import type { Sample } from "@/lib/prometheus/answer";
import { parenthesised } from "@/lib/promql/plain-text";
import { type PartName, partKey } from "./parts";
import { breaches } from "./threshold";

type Worse = "higher" | "lower";

/** What a line is broken down by: the labels that name a part, and the value of each part. */
export type BreakdownRules = { label: string; by: readonly string[]; query: string; adds: boolean };

/** What the parts of a line are called where the definitions don't say it. */
const PARTS = "parts";

/** What a line is broken down by: what its definition says, else its parts; null where it has neither. */
export function breakdownRules({ breakdown, parts }: LineDefinition): BreakdownRules | null {
  const label = breakdown?.label ?? PARTS;
  const adds = breakdown?.adds ?? false;
  if (breakdown?.by && breakdown.query) return { label, by: breakdown.by, query: breakdown.query, adds };
  return parts ? { label, by: parts.by, query: parts.query, adds: false } : null;
}

/** So many parts are asked for, the worst ones, whatever a tenant has. */
export const TOP_PARTS = 5;

/** The parts with a number. NaN and infinities say nothing, and topk would take them for values. */
const numbers = (query: string): string => `(${parenthesised(query)} > -Inf < Inf)`;

/** The worst parts of each tenant. */
export const topTemplate = (query: string, worse: Worse): string =>
  `${worse === "higher" ? "topk" : "bottomk"} by ($tenant) (${TOP_PARTS}, ${numbers(query)})`;

/** How many parts there are. */
export const countTemplate = (query: string): string => `count by ($tenant) ${numbers(query)}`;

/** What all parts add up to. */
export const sumTemplate = (query: string): string => `sum by ($tenant) ${numbers(query)}`;

/** How many parts are bad: those that breach, or where values add up, those that have a share. */
export function badTemplate({ query, adds }: BreakdownRules, threshold: Threshold, worse: Worse): string {
  const [sign, value] = adds
    ? [">", 0]
    : [`${worse === "higher" ? ">" : "<"}${threshold.inclusive ? "=" : ""}`, threshold.value];
  return `count by ($tenant) (${numbers(query)} ${sign} ${value})`;
}

export type BreakdownPart = {
  name: PartName;
  value: number;
  /** Whether it breaches the line's threshold; where values add up, whether it has a share. */
  isBad: boolean;
};

/** The worst parts of a line, the worst first. */
export type TopParts = {
  parts: readonly BreakdownPart[];
  /** There may be more than were asked for. */
  mayBeMore: boolean;
  /** Parts that weren't asked for may be bad, too: the last one that was is. */
  mayMoreBeBad: boolean;
};

/** Orders an answer of topTemplate(). One value for each name; where two series have one, the worse counts. */
export function topPartsOf(
  samples: readonly Sample[],
  { by, adds }: BreakdownRules,
  threshold: Threshold,
  worse: Worse,
): TopParts {
  const isWorse = (a: number, b: number) => (worse === "higher" ? a > b : a < b);
  const byKey = new Map<string, BreakdownPart>();
  for (const { labels, value } of samples) {
    const name = by.map((label) => (Object.hasOwn(labels, label) && labels[label]) || "");
    const other = byKey.get(partKey(name));
    if (other && !isWorse(value, other.value)) continue;
    const isBad = adds ? value > 0 : breaches(value, threshold, worse);
    byKey.set(partKey(name), { name, value, isBad });
  }
  const parts = [...byKey.entries()]
    .sort(([a, one], [b, other]) => {
      if (one.value === other.value) return a < b ? -1 : 1;
      return isWorse(one.value, other.value) ? -1 : 1;
    })
    .map(([, part]) => part);
  const mayBeMore = samples.length >= TOP_PARTS;
  return { parts, mayBeMore, mayMoreBeBad: mayBeMore && parts.at(-1)?.isBad === true };
}

/** Whether a part has a name: without any of the labels that would name it, the metrics don't tell parts apart. */
export const hasNames = (parts: readonly BreakdownPart[]): boolean =>
  parts.some(({ name }) => name.some((value) => value !== ""));

/** A line's parts with their values, the worst first. */
export type Breakdown = {
  label: string;
  adds: boolean;
  parts: readonly (BreakdownPart & {
    /** In words, such as "container db of pod photos-0". */
    words: string;
    /** Of what all parts add up to, 0 to 1. Null where they don't add up, and where the sum isn't known. */
    share: number | null;
  })[];
  /** How many parts there are, and how many of them are bad; null where they could not be counted. */
  counts: { all: number; bad: number } | null;
};

/** What is known of a line's parts. unnamed: the metrics have none of the labels that would name a part. none: no part has a value. */
export type BreakdownAnswer =
  | { kind: "parts"; breakdown: Breakdown }
  | { kind: "unnamed"; by: readonly string[] }
  | { kind: "none" }
  | { kind: "unknown"; message: string };
