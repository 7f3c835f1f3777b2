import { TENANT_ID } from "@/lib/tenant/scope";
import { failed, type QueryOutcome } from "./failure";
import { readNumber, readSuccess } from "./response";

/** One tenant's value. `value` may be NaN or infinite. */
export type FleetSample = { tenantId: string; labels: Readonly<Record<string, string>>; value: number };

/** `dropped`: series that name no tenant, or something that is no tenant id. They are nobody's, and are not used. */
export type FleetVector = { samples: FleetSample[]; dropped: number };

/**
 * Reads the answer to a fleet query.
 *
 * By hand, save for its envelope: ten thousand tenants come every half minute, and a schema takes several times as long.
 * @returns malformed also where there are series and none of them names a tenant: the query or the label is wrong then
 */
export function readFleetVector(body: string, label: string): QueryOutcome<FleetVector> {
  const read = readSuccess(body);
  if (!read.ok) return read;
  const data = read.data as { resultType?: unknown; result?: unknown } | null | undefined;
  if (data?.resultType !== "vector" || !Array.isArray(data.result))
    return failed("malformed", "not a vector");
  const samples: FleetSample[] = [];
  let dropped = 0;
  for (const item of data.result as unknown[]) {
    const series = readSeries(item);
    if (series === null) return failed("malformed", "a series without labels or without a value");
    const tenantId = Object.hasOwn(series.labels, label) ? series.labels[label] : undefined;
    if (typeof tenantId === "string" && TENANT_ID.test(tenantId)) samples.push({ tenantId, ...series });
    else dropped += 1;
  }
  if (samples.length === 0 && dropped > 0)
    return failed("malformed", `${dropped} series, none with a tenant id in its label ${label}`);
  return { ok: true, data: { samples, dropped } };
}

function readSeries(item: unknown): { labels: Record<string, string>; value: number } | null {
  if (typeof item !== "object" || item === null) return null;
  const { metric, value } = item as { metric?: unknown; value?: unknown };
  if (typeof metric !== "object" || metric === null || !Array.isArray(value)) return null;
  const text: unknown = value[1];
  const number = typeof text === "string" ? readNumber(text) : null;
  if (number === null) return null;
  for (const name in metric) if (typeof (metric as Record<string, unknown>)[name] !== "string") return null;
  return { labels: metric as Record<string, string>, value: number };
}
