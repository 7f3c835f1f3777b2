const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * A length of time such as 30m, 12h or 7d.
 * @returns milliseconds; null where it isn't one
 */
export function parsePeriodMs(text: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  return count && unit ? Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS] : null;
}
