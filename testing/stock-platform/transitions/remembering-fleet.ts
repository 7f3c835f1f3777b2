import { createFleet, type Fleet, type FleetAnswer } from "@/lib/prometheus/fleet";
import type { FleetSample } from "@/lib/prometheus/fleet-response";
import type { FleetQuery } from "@/lib/promql/fleet-query";

/** The instants that are asked about, from one to another in steps. */
export type Instants = { fromMs: number; toMs: number; stepMs: number };

type BySlot = ReadonlyMap<number, readonly FleetSample[]>;

/** What a question for some tenants has in each selector beside those of the question for all. */
const NARROWING = /,?tenant=~"([^"]*)"/g;

/** @returns the question for all tenants, and the tenants that were asked for; null: all */
export function widened(promql: string): { promql: string; tenantIds: ReadonlySet<string> | null } {
  const names = [...promql.matchAll(NARROWING)].map(([, list]) => list ?? "");
  if (names.length === 0) return { promql, tenantIds: null };
  // A selector that had no matcher has braces only because of it.
  const wide = promql.replace(NARROWING, "").replaceAll("{}", "");
  return { promql: wide, tenantIds: new Set(names[0]?.split("|")) };
}

/**
 * Answers the questions of many slots out of one range query for each text: a range query is the instant query at each of its steps.
 * A question for some tenants is answered out of that for all.
 */
export function rememberingFleet(url: string, { fromMs, toMs, stepMs }: Instants): Fleet {
  const answers = new Map<string, Promise<BySlot>>();
  const instants = createFleet({ url });
  const askRange = async (promql: string): Promise<BySlot> => {
    const form = new URLSearchParams({
      query: promql,
      start: String(fromMs / 1000),
      end: String(toMs / 1000),
      step: String(stepMs / 1000),
    });
    const response = await fetch(`${url}/api/v1/query_range`, { method: "POST", body: form });
    const body = (await response.json()) as {
      data?: { result: { metric: Record<string, string>; values: [number, string][] }[] };
      error?: string;
    };
    if (!body.data) throw new Error(`${promql}: ${body.error}`);
    const bySlot = new Map<number, FleetSample[]>();
    for (const { metric, values } of body.data.result)
      for (const [seconds, text] of values) {
        const atMs = Math.round(seconds * 1000);
        const samples = bySlot.get(atMs) ?? [];
        const value = text === "+Inf" ? Number.POSITIVE_INFINITY : Number(text);
        samples.push({ tenantId: metric.tenant ?? "", labels: metric, value });
        bySlot.set(atMs, samples);
      }
    return bySlot;
  };
  return {
    clockMs: () => null,
    async ask(query: FleetQuery, atMs: number, signal: AbortSignal): Promise<FleetAnswer> {
      // The deploy grace asks about instants between slots.
      if ((atMs - fromMs) % stepMs !== 0 || atMs < fromMs || atMs > toMs)
        return instants.ask(query, atMs, signal);
      const { promql, tenantIds } = widened(query.promql);
      const answer = answers.get(promql) ?? askRange(promql);
      answers.set(promql, answer);
      const samples = (await answer).get(atMs) ?? [];
      const theirs = tenantIds ? samples.filter(({ tenantId }) => tenantIds.has(tenantId)) : samples;
      return { ok: true, samples: [...theirs], dropped: 0, unusable: [] };
    },
  };
}
