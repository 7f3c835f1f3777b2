import type { SignalId } from "@/lib/catalogue/bundle";
import type { RangeId } from "@/lib/evaluation/ranges";
import type { TenantScope } from "@/lib/tenant/scope";
import { readAlertSeries } from "./read-alert-series";
import { readSignalSeries } from "./read-signal-series";
import type { SeriesAnswer } from "./series";
import type { SeriesView } from "./view";

/** A series for a table: what is known of it, and why that isn't the newest. */
export type TabledSeries = { view: SeriesView | null; failure: string | null };

const BAR_RANGES = ["24h", "7d", "30d"] as const;

export type TabledBars = TabledSeries & { range: (typeof BAR_RANGES)[number] };

/**
 * The series behind a page's charts, for tables in their place.
 * @param without the lines that this capability doesn't have, as signal/line
 * @throws as readSignalSeries does
 */
export async function readTables(
  scope: TenantScope,
  without: readonly string[],
  { signals, range, nowMs }: { signals: readonly SignalId[]; range: RangeId; nowMs: number },
): Promise<Record<string, TabledSeries>> {
  const asked = signals.map(async (id) => [id, await read(scope, id, range, without, nowMs)] as const);
  return Object.fromEntries(await Promise.all(asked));
}

/** The series behind the bars of availability. @throws as readSignalSeries does */
export function readBarTables(
  scope: TenantScope,
  without: readonly string[],
  nowMs: number,
): Promise<TabledBars[]> {
  return Promise.all(
    BAR_RANGES.map(async (range) => ({
      range,
      ...(await read(scope, "availability", range, without, nowMs)),
    })),
  );
}

/** The series behind an alert's chart. @throws as readAlertSeries does */
export const readAlertTable = async (...asked: Parameters<typeof readAlertSeries>): Promise<TabledSeries> =>
  tabled(await readAlertSeries(...asked));

const read = async (...asked: Parameters<typeof readSignalSeries>): Promise<TabledSeries> =>
  tabled(await readSignalSeries(...asked));

const tabled = (answer: SeriesAnswer): TabledSeries =>
  answer.ok ? { view: answer.view, failure: null } : { view: answer.last, failure: answer.failure.message };
