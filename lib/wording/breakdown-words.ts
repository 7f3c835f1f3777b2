import type { Unit } from "@/lib/catalogue/bundle";
import type { Breakdown } from "@/lib/evaluation/breakdown";
import { NBSP } from "./format";
import { valueInWords } from "./sentence";

/** "2 of 3 containers are within the threshold": how many are fine; null where nobody counted, and where there is only one. */
export function fineInWords({ counts, label, adds }: Breakdown): string | null {
  if (!counts || counts.all < 2) return null;
  const { all, bad } = counts;
  const fine = all - bad;
  const every = all === 2 ? `both ${label}` : `all ${all} ${label}`;
  if (fine === 0) return `${every} ${adds ? "have a share" : "breach the threshold"}`;
  if (bad === 0) return `${every} ${adds ? "have none" : "are within the threshold"}`;
  if (adds) return `${fine} of ${all} ${label} ${fine === 1 ? "has" : "have"} none`;
  return `${fine} of ${all} ${label} ${fine === 1 ? "is" : "are"} within the threshold`;
}

/**
 * The worst part of a line: "container db of pod photos-1 (93 %); 2 of 3 containers are within the threshold".
 * @returns null where no part is bad, so that none explains the line, and where there is only one
 */
export function worstPartInWords(breakdown: Breakdown, unit: Unit): string | null {
  const { parts, counts, adds } = breakdown;
  const [worst] = parts;
  if (!worst?.isBad || counts?.all === 1) return null;
  const share = worst.share === null ? null : `${shareInWords(worst.share)} of it`;
  const value = adds ? share : valueInWords(worst.value, unit);
  const fine = fineInWords(breakdown);
  return `${worst.words}${value ? ` (${value})` : ""}${fine ? `; ${fine}` : ""}`;
}

/** "91 %": a share of what all parts add up to. */
export function shareInWords(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return `less than 1${NBSP}%`;
  if (percent > 99 && percent < 100) return `more than 99${NBSP}%`;
  return `${Math.round(percent)}${NBSP}%`;
}
