import { type Bundle, SIGNAL_IDS } from "../lib/catalogue/bundle";
import type { Fleet } from "../lib/prometheus/fleet";
import { defaultBundle } from "./evaluation";

/** What a cycle finds of one line of one tenant. */
export type Seen = "good" | "breach" | "missing";
/** By line: what each tenant has. A line that is not in it can't be asked for. */
type SeenByLine = ReadonlyMap<string, ReadonlyMap<string, Seen>>;

const VALUES: Record<Exclude<Seen, "missing">, number> = { good: 1, breach: 9 };
export const LINES = ["error-rate/error-rate", "latency/p95"] as const;

/** Two judged lines above 5, with times that a few slots reach. */
export function twoLines(): Bundle {
  const bundle = defaultBundle();
  for (const id of SIGNAL_IDS) {
    bundle.signals[id].traffic = undefined;
    for (const line of bundle.signals[id].lines) {
      const isJudged = (LINES as readonly string[]).includes(`${id}/${line.id}`);
      line.query = `max by ($tenant) (value_${id.replaceAll("-", "_")}_${line.id.replaceAll("-", "_")})`;
      line.freshness = line.query.replace("value_", "fresh_");
      line.threshold = isJudged
        ? { value: 5, inclusive: false, forSeconds: 60, recoverForSeconds: 60 }
        : undefined;
    }
  }
  return bundle;
}

/** Answers by what is to be seen, as a Prometheus would that has just that. */
export function fleetOf(sight: () => SeenByLine): Fleet {
  return {
    clockMs: () => null,
    ask: async ({ promql }, atMs) => {
      const line = LINES.find((key) => promql.includes(key.replaceAll("-", "_").replace("/", "_")));
      const seen = line && sight().get(line);
      if (!seen)
        return { ok: false, failure: { code: "unreachable", message: "" }, detail: "not to be seen" };
      const samples = [...seen].flatMap(([tenantId, word]) =>
        word === "missing"
          ? []
          : [{ tenantId, labels: {}, value: promql.includes("fresh_") ? atMs / 1000 : VALUES[word] }],
      );
      return { ok: true, samples, dropped: 0, unusable: [] };
    },
  };
}
