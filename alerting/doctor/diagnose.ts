import type { TenantDefinition } from "@/lib/catalogue/tenant";
import { TENANT_ID } from "@/lib/tenant/scope";
import { list } from "@/lib/wording/sentence";
import { type Diagnosis, diagnoseSetup, good, note, slowScrapes, wrong } from "./diagnose-setup";
import type { LineFacts, StoreFacts } from "./look-at-store";

export type Against = {
  /** The tenants of the definitions; null where none were given, and the label's values stand for them. */
  tenants: readonly Pick<TenantDefinition, "id" | "without">[] | null;
  tenantLabel: string;
  scrapeIntervalSeconds: number;
  /** By preset, the metrics that show that its software is there. */
  presets: ReadonlyMap<string, readonly string[]>;
};

const NAMED_AT_MOST = 5;
/** "a, b, c and 4 more" */
function named(ids: readonly string[]): string {
  const more = ids.length - NAMED_AT_MOST;
  return list(more > 0 ? [...ids.slice(0, NAMED_AT_MOST), `${more} more`] : ids);
}

/** What a store means for the definitions, sentence by sentence: the set-up first, then line by line. */
export function diagnose(facts: StoreFacts, against: Against): Diagnosis[] {
  const ids = against.tenants?.map(({ id }) => id) ?? facts.tenantValues.filter((id) => TENANT_ID.test(id));
  return [
    ...ofStore(facts),
    ...ofTenants(facts, against, ids),
    ...facts.lines.flatMap((line) => ofLine(line, facts, against, ids)),
    ...ofIntervals(facts, against),
    ...facts.unreadBuckets.map((metric) =>
      note(`${metric} has too many buckets, so they were not compared with thresholds.`),
    ),
    ...diagnoseSetup(facts, { ...against, naming: named }),
    ...ofPresets(facts, against),
  ];
}

function ofStore({ store, metricNames }: StoreFacts): Diagnosis[] {
  const name =
    store.kind === "unknown" ? "one that doesn't say what it is" : `${store.kind} ${store.version}`.trim();
  return [good(`Store: ${name}, with ${metricNames.size} metrics.`)];
}

function ofTenants(
  { tenantValues }: StoreFacts,
  { tenants, tenantLabel }: Against,
  ids: readonly string[],
): Diagnosis[] {
  if (tenantValues.length === 0) return [];
  const values = new Set(tenantValues);
  const known = new Set(ids);
  const absent = ids.filter((id) => !values.has(id));
  const invalid = tenantValues.filter((value) => !TENANT_ID.test(value));
  const others = tenantValues.filter((value) => TENANT_ID.test(value) && !known.has(value));
  return [
    good(
      `Label ${tenantLabel}: ${tenantValues.length} values, ${ids.length - absent.length} of ${ids.length} tenants among them.`,
    ),
    ...(absent.length > 0 ? [wrong(`No series of ${named(absent)}: nothing will be known of them.`)] : []),
    ...(invalid.length > 0
      ? [note(`Values that can be no tenant's id, whose series are dropped: ${named(invalid)}.`)]
      : []),
    ...(tenants && others.length > 0
      ? [note(`Values that no tenant of the definitions has: ${named(others)}.`)]
      : []),
  ];
}

function ofLine(
  { lineKey, answered, failure, metrics }: LineFacts,
  { metricNames }: StoreFacts,
  { tenants }: Against,
  ids: readonly string[],
): Diagnosis[] {
  if (!answered) return [wrong(`${lineKey}: the store refuses the question (${failure}).`)];
  const absentMetrics = metrics.filter((name) => !metricNames.has(name));
  const wanted = ids.filter((id) => !tenants?.find((tenant) => tenant.id === id)?.without.includes(lineKey));
  const missing = wanted.filter((id) => !answered.has(id));
  const why = absentMetrics.length > 0 ? ` The store has no ${list(absentMetrics)}.` : "";
  if (wanted.length > 0 && missing.length === wanted.length)
    return [wrong(`${lineKey}: no tenant has a value.${why}`)];
  if (missing.length === 0) return [good(`${lineKey}: all ${wanted.length} tenants have a value.`)];
  const canLeaveOut = !lineKey.startsWith("availability/");
  const advice = canLeaveOut
    ? ` If they have no such thing, say so: without: [${lineKey}].`
    : " Every capability is probed: add the missing probes.";
  const words = `${lineKey}: ${wanted.length - missing.length} of ${wanted.length} tenants have a value, not ${named(missing)}.${why}${advice}`;
  return [canLeaveOut ? note(words) : wrong(words)];
}

function ofIntervals(facts: StoreFacts, { scrapeIntervalSeconds }: Against): Diagnosis[] {
  if (slowScrapes(facts, scrapeIntervalSeconds).length > 0) return [];
  return [good(`Scrapes come every ${scrapeIntervalSeconds} s or more often.`)];
}

/** Proposes the preset whose metrics are there, where latency and errors find nothing. */
function ofPresets({ metricNames, lines }: StoreFacts, { presets }: Against): Diagnosis[] {
  const finds = lines.some(
    ({ lineKey, answered }) => /^(latency|error-rate)\//.test(lineKey) && (answered?.size ?? 0) > 0,
  );
  const fitting = [...presets]
    .filter(([, metrics]) => metrics.length > 0 && metrics.every((each) => metricNames.has(each)))
    .map(([name]) => name);
  if (fitting.length === 0 || finds) return [];
  return [note(`The store has the metrics of ${list(fitting)}. In bundle.yaml: extends: ${fitting[0]}`)];
}

/** A tenants.yaml to begin with, from the label's values. What only the operator knows is left to fill in. */
export function draftTenants({ tenantValues, lines }: StoreFacts): string {
  const entries = tenantValues
    .filter((id) => TENANT_ID.test(id))
    .map((id) => {
      const without = lines
        .filter(
          ({ lineKey, answered }) =>
            answered && answered.size > 0 && !answered.has(id) && !lineKey.startsWith("availability/"),
        )
        .map(({ lineKey }) => lineKey);
      return [
        `  - id: ${id}`,
        `    name: ${id}`,
        "    contactAddress: FILL-IN",
        "    timeZone: Etc/UTC",
        "    state: live",
        ...(without.length > 0 ? [`    without: [${without.join(", ")}]`] : []),
      ].join("\n");
    });
  return `tenants:\n${entries.join("\n")}\n`;
}
