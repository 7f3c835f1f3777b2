import { TENANT_ID } from "@/lib/tenant/scope";
import type { QueryOutcome } from "./failure";
import { readPoint, readSeries, type UnusableReason } from "./read-series";
import { readSuccess } from "./response";

/** One tenant's value. `value` may be NaN or infinite. */
export type FleetSample = { tenantId: string; labels: Readonly<Record<string, string>>; value: number };

/** A series of a tenant that is no number. */
export type UnusableSample = { tenantId: string; reason: UnusableReason };

/** `dropped`: series that name no tenant, or something that is no tenant id. They are nobody's, and are not used. */
export type FleetVector = { samples: FleetSample[]; dropped: number; unusable: UnusableSample[] };

/**
 * Reads the answer to a fleet query. What one tenant exposes can't fail it: a series that is no number is set aside with its
 * tenant's name, and all others are what they would be without it.
 */
export function readFleetVector(body: string, label: string): QueryOutcome<FleetVector> {
  const read = readSuccess(body);
  const series = read.ok ? readSeries(read.data, "vector") : read;
  if (!series.ok) return series;
  const samples: FleetSample[] = [];
  const unusable: UnusableSample[] = [];
  let dropped = 0;
  for (const { labels, points, unusable: reason } of series.data) {
    const tenantId = Object.hasOwn(labels, label) ? labels[label] : undefined;
    const point = reason === null ? readPoint(points[0]) : null;
    if (typeof tenantId !== "string" || !TENANT_ID.test(tenantId)) dropped += 1;
    else if (point) samples.push({ tenantId, labels, value: point.value });
    else unusable.push({ tenantId, reason: reason ?? "not-a-number" });
  }
  return { ok: true, data: { samples, dropped, unusable } };
}
