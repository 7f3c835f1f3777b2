import type { SignalView } from "@/lib/evaluation/view";

/** The units of signals, and those of what a migration uses. */
export type ShownUnit = SignalView["unit"] | "cores" | "bytes";
type Unit = ShownUnit;
type Threshold = Pick<SignalView["threshold"], "value" | "inclusive">;

/** Keeps a number and its unit on one line. */
export const NBSP = "\u00a0";
/** What stands where there is no number to show. */
export const NO_VALUE = "–";

/** Kept by the digits behind the point, because making one takes longer than everything else that is done with it. */
const formatters = new Map<number, Intl.NumberFormat>();

/** A number as people write it, with its thousands set off. @param digits behind the point, at most */
export function plainNumber(value: number, digits: number): string {
  const formatter =
    formatters.get(digits) ?? new Intl.NumberFormat("en-GB", { maximumFractionDigits: digits });
  formatters.set(digits, formatter);
  return formatter.format(value);
}

const plain = (value: number, digits: number): string => {
  const text = plainNumber(value, digits);
  return text === "-0" ? "0" : text;
};

/** How a value that is too small for its digits is written: as a sign beside a number, or in words within a sentence. */
type Below = `<${typeof NBSP}` | "less than ";

/** Never rounded to 100 % from below or to 0 % from above: one failed probe is not none. */
function share(value: number, below: Below): string {
  const percent = value * 100;
  if (percent > 0 && percent < 0.1) return `${below}0.1${NBSP}%`;
  if (percent > 99 && percent < 100)
    return `${plain(Math.min(99.99, Math.floor(percent * 100 + 1e-6) / 100), 2)}${NBSP}%`;
  return `${plain(percent, Math.abs(percent) < 10 ? 1 : 0)}${NBSP}%`;
}

function seconds(value: number, below: Below): string {
  const milliseconds = Math.round(value * 1000);
  if (value > 0 && milliseconds === 0) return `${below}1${NBSP}ms`;
  if (Math.abs(milliseconds) < 1000) return `${plain(milliseconds, 0)}${NBSP}ms`;
  return `${plain(value, Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0)}${NBSP}s`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** In powers of a thousand, three figures of it: "3.2 GB", "812 MB". */
function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  const inUnit = value / 1000 ** power;
  // 999.6 MB rounds to the next unit, not to 1,000 of this one.
  if (Math.round(inUnit) >= 1000 && power < BYTE_UNITS.length - 1) return bytes(1000 ** (power + 1));
  return `${plain(inUnit, power === 0 || inUnit >= 100 ? 0 : inUnit >= 10 ? 1 : 2)}${NBSP}${BYTE_UNITS[power]}`;
}

const cores = (value: number): string =>
  `${plain(value, value < 0.1 ? 3 : value < 10 ? 2 : 0)}${NBSP}${value === 1 ? "core" : "cores"}`;

/** The one place where a value becomes text, with its unit. */
export function valueText(value: number | null, unit: Unit, below: Below): string {
  // Times 1000, because the largest numbers overflow on their way to ms and per cent.
  if (value === null || !Number.isFinite(value * 1000)) return NO_VALUE;
  if (unit === "share") return share(value, below);
  if (unit === "seconds") return seconds(value, below);
  if (unit === "bytes") return bytes(Math.max(0, value));
  if (unit === "cores") return cores(value);
  return plain(value, Number.isInteger(value) ? 0 : 1);
}

/**
 * A value as a page shows it.
 * @param value share: 0 to 1; seconds; count
 * @returns text with non-breaking spaces; a dash for null, NaN and infinities
 */
export const formatValue = (value: number | null, unit: Unit): string => valueText(value, unit, `<${NBSP}`);

/** A value beside an axis, where there is room for a few signs: cores go without their name, which the title says. */
export function formatTick(value: number, unit: Unit): string {
  return unit === "cores" ? plain(value, 3) : formatValue(value, unit);
}

/** "> 1 s": when the threshold is crossed. */
export function formatThreshold(threshold: Threshold, worse: SignalView["worse"], unit: Unit): string {
  const sign = worse === "higher" ? (threshold.inclusive ? "≥" : ">") : threshold.inclusive ? "≤" : "<";
  return `${sign}${NBSP}${formatValue(threshold.value, unit)}`;
}

const parts = (totalSeconds: number, big: number, small: number, bigUnit: string, smallUnit: string) => {
  const bigs = Math.floor(totalSeconds / big);
  const smalls = Math.floor((totalSeconds % big) / small);
  return smalls === 0
    ? `${bigs}${NBSP}${bigUnit}`
    : `${bigs}${NBSP}${bigUnit}${NBSP}${smalls}${NBSP}${smallUnit}`;
};

/** A length of time in its two largest units: "4 s", "12 min", "3 h 5 min", "2 d 4 h". Never negative. */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return NO_VALUE;
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  if (total < 60) return `${total}${NBSP}s`;
  if (total < 600) return parts(total, 60, 1, "min", "s");
  if (total < 3_600) return `${Math.floor(total / 60)}${NBSP}min`;
  if (total < 86_400) return parts(total, 3_600, 60, "h", "min");
  return parts(total, 86_400, 3_600, "d", "h");
}

/** An age that is read at a glance: one unit only. */
export function formatAge(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  if (total < 60) return `${total}${NBSP}s ago`;
  if (total < 3_600) return `${Math.floor(total / 60)}${NBSP}min ago`;
  if (total < 172_800) return `${Math.floor(total / 3_600)}${NBSP}h ago`;
  return `${Math.floor(total / 86_400)}${NBSP}days ago`;
}

/** How long a breach must last before it alerts, in words: "for 5 min", "at once". */
export function formatHold(forSeconds: number): string {
  return forSeconds === 0 ? "at once" : `for ${formatDuration(forSeconds * 1000)}`;
}
