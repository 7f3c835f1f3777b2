import type { TenantDefinition } from "@/lib/catalogue/tenant";
import { TENANT_ID } from "@/lib/tenant/scope";
import { list } from "@/lib/wording/sentence";
import type { LineFacts, StoreFacts } from "./look-at-store";

/** wrong: something will not work. note: worth knowing. good: as it must be. */
export type Diagnosis = { kind: "good" | "note" | "wrong"; message: string };

export type Against = {
  /** The tenants of the definitions; null where none were given, and the label's values stand for them. */
  tenants: readonly Pick<TenantDefinition, "id" | "without">[] | null;
  tenantLabel: string;
  scrapeIntervalSeconds: number;
  /** By preset, the metrics that tell that its software is there. */
  presets: ReadonlyMap<string, readonly string[]>;
};

const NAMED_AT_MOST = 5;
const CLOCKS_APART_MS = 30_000;
/** Scrapes drift a little, and the newest may be on its way. */
const INTERVAL_SLACK = 1.3;

const good = (message: string): Diagnosis => ({ kind: "good", message });
const note = (message: string): Diagnosis => ({ kind: "note", message });
const wrong = (message: string): Diagnosis => ({ kind: "wrong", message });

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
    ...ofLabels(facts, against),
    ...facts.lines.flatMap((line) => ofLine(line, facts, against, ids)),
    ...ofIntervals(facts, against),
    ...ofBounds(facts),
    ...ofPresets(facts, against),
  ];
}

function ofStore({ store, aheadMs, metricNames }: StoreFacts): Diagnosis[] {
  const name =
    store.kind === "unknown" ? "one that doesn't say what it is" : `${store.kind} ${store.version}`.trim();
  const first = good(`Store: ${name}, with ${metricNames.size} metrics.`);
  if (aheadMs === null || Math.abs(aheadMs) <= CLOCKS_APART_MS) return [first];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const side = aheadMs > 0 ? "ahead of" : "behind";
  return [first, wrong(`The store's clock is ${seconds} s ${side} this machine's. Put the wrong one right.`)];
}

function ofTenants(
  { tenantValues }: StoreFacts,
  { tenants, tenantLabel }: Against,
  ids: readonly string[],
): Diagnosis[] {
  if (tenantValues.length === 0)
    return [
      wrong(
        `No series has the label ${tenantLabel}. Stamp it where the series are scraped, or set TENANT_LABEL to the label that they have.`,
      ),
    ];
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

function ofLabels({ labelNames, exportedPods, copies }: StoreFacts, { tenantLabel }: Against): Diagnosis[] {
  const findings: Diagnosis[] = [];
  if (labelNames.has(`exported_${tenantLabel}`))
    findings.push(
      note(
        `Some targets expose a label ${tenantLabel} of their own. It is kept apart as exported_${tenantLabel}, as it must be.`,
      ),
    );
  if (exportedPods > 0)
    findings.push(
      wrong(
        `kube-state-metrics names its pods in exported_pod (${exportedPods} series), so nothing of it can be joined. Scrape kube-state-metrics with honor_labels: true.`,
      ),
    );
  for (const [name, count] of copies)
    findings.push(
      note(
        name === "cluster"
          ? `Series come from ${count} clusters. Two namespaces of one name there are one tenant only if they have the same ${tenantLabel}.`
          : `Series exist ${count} times, told apart by ${name}. Deduplicate them in the store, or drop the label where they are written.`,
      ),
    );
  return findings;
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

function ofIntervals({ intervals }: StoreFacts, { scrapeIntervalSeconds }: Against): Diagnosis[] {
  const slow = [...intervals].flatMap(([metric, byTenant]) => {
    const longest = Math.max(0, ...byTenant.values());
    return longest > scrapeIntervalSeconds * INTERVAL_SLACK ? [{ metric, seconds: Math.round(longest) }] : [];
  });
  if (slow.length === 0) return [good(`Scrapes come every ${scrapeIntervalSeconds} s or more often.`)];
  const most = Math.max(...slow.map(({ seconds }) => seconds));
  const what = named(slow.map(({ metric, seconds }) => `${metric} every ${seconds} s`));
  return [
    wrong(
      `scrapeIntervalSeconds is ${scrapeIntervalSeconds}, and samples come more rarely: ${what}. Set it to ${most}.`,
    ),
  ];
}

/** A quantile is never more than the highest bound: beyond it a threshold can't be told to be crossed. */
function ofBounds({ bounds, lines }: StoreFacts): Diagnosis[] {
  return lines.flatMap(({ lineKey, line, signal, metrics }) =>
    metrics.flatMap((metric) => {
      const byTenant = bounds.get(metric);
      const limit = line.threshold?.value ?? 0;
      if (!byTenant || signal.unit !== "seconds" || !/(?<!milli)seconds_bucket$/.test(metric)) return [];
      const short = [...byTenant]
        .filter(([, own]) => (own.at(-1) ?? 0) <= limit)
        .map(([tenantId]) => tenantId);
      if (short.length === 0) return [];
      return [
        wrong(
          `${lineKey}: the threshold of ${limit} s can't be crossed by ${named(short)}: the highest finite bucket of ${metric} isn't above it.`,
        ),
      ];
    }),
  );
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
