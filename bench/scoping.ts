import { parser } from "@prometheus-io/lezer-promql";
import { defaultBundleQueries } from "@/lib/promql/bundle.cases";
import { fillPlaceholders } from "@/lib/promql/placeholders";
import { scopeToTenant } from "@/lib/promql/scope";
import { type Measure, median, readableNumber } from "./result";

const LABEL = "tenant";
const ROUNDS = 41;
const TENANTS_PER_ROUND = 40;

/** Confining each query of the bundle against merely parsing it; new tenants each time, so that nothing is remembered. */
export async function measureScoping(): Promise<Measure[]> {
  const templates = [...new Set(defaultBundleQueries().map(({ template }) => template))];
  const texts = templates.map((text) => fillPlaceholders(text, { label: LABEL, windowSeconds: 300 }));
  let nth = 0;
  const perText = (work: (text: string, tenant: string) => unknown, tenant: () => string) => {
    const startedMs = performance.now();
    for (let round = 0; round < TENANTS_PER_ROUND; round++) {
      const value = tenant();
      for (const text of texts) work(text, value);
    }
    return ((performance.now() - startedMs) * 1000) / (texts.length * TENANTS_PER_ROUND);
  };
  const newTenant = () => `bench-${nth++}`;
  const scope = (text: string, value: string) => scopeToTenant(text, { label: LABEL, value });
  const bare = (text: string) => parser.parse(text);

  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    // The side that goes first alternates, since the second finds the processor warm.
    const before = round % 2 === 0 ? perText(bare, newTenant) : null;
    const scopeUs = perText(scope, newTenant);
    const bareUs = before ?? perText(bare, newTenant);
    const cachedUs = perText(scope, () => "bench-cached");
    return { scopeUs, bareUs, cachedUs };
  }).slice(5); // until here the code was still being compiled
  const medianOf = (key: "scopeUs" | "bareUs" | "cachedUs") => median(rounds.map((round) => round[key]));
  return [
    {
      part: "scoping",
      what: "scopeToTenant, uncached, over a bare parse",
      value: median(rounds.map(({ scopeUs, bareUs }) => scopeUs / bareUs)),
      unit: "×",
      limit: { atMost: 4 },
      detail: `median of ${rounds.length} rounds over the ${texts.length} queries of the default bundle; ${readableNumber(medianOf("scopeUs"))} µs over ${readableNumber(medianOf("bareUs"))} µs`,
    },
    { part: "scoping", what: "scopeToTenant, cached", value: medianOf("cachedUs"), unit: "µs" },
  ];
}
