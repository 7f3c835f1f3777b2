import { list } from "@/lib/wording/sentence";
import type { LineMetrics, ServiceBuckets, SetupFacts } from "./look-at-setup";

/** wrong: something will not work. note: worth knowing. good: as it must be. */
export type Diagnosis = { kind: "good" | "note" | "wrong"; message: string };

/** What can be the matter with a set-up, whatever the tenants: a closed list, for metrics. */
export const FINDINGS = [
  "clock",
  "tenant-label",
  "honor-labels",
  "copies",
  "scrape-interval",
  "buckets",
  "native-histograms",
] as const;
export type SetupFinding = (typeof FINDINGS)[number];
export type SetupDiagnosis = Diagnosis & { kind: "note" | "wrong"; finding: SetupFinding };

export type SetupAgainst = {
  tenantLabel: string;
  scrapeIntervalSeconds: number;
  /** How tenants are named: by their ids for the operator's command, and only counted where anybody may read. */
  naming(tenantIds: readonly string[]): string;
};

const CLOCKS_APART_MS = 30_000;
/** Scrapes drift a little, and the newest may be on its way. */
const INTERVAL_SLACK = 1.3;
const SLOW_NAMED_AT_MOST = 5;

export const good = (message: string): Diagnosis => ({ kind: "good", message });
export const note = (message: string) => ({ kind: "note" as const, message });
export const wrong = (message: string) => ({ kind: "wrong" as const, message });

/** What is wrong with how a store is set up, or worth knowing of it, sentence by sentence. */
export function diagnoseSetup(facts: SetupFacts, against: SetupAgainst): SetupDiagnosis[] {
  return [
    ...ofClock(facts),
    ...ofLabels(facts, against),
    ...ofIntervals(facts, against),
    ...facts.lines.flatMap((line) => ofBuckets(line, facts, against)),
    ...ofNative(facts, against),
  ];
}

function ofClock({ aheadMs }: SetupFacts): SetupDiagnosis[] {
  if (aheadMs === null || Math.abs(aheadMs) <= CLOCKS_APART_MS) return [];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const side = aheadMs > 0 ? "ahead of" : "behind";
  const message = `The store's clock is ${seconds} s ${side} this machine's. Put the wrong one right.`;
  return [{ finding: "clock", ...wrong(message) }];
}

function ofLabels(
  { labelNames, tenantValues, exportedPods, copies }: SetupFacts,
  { tenantLabel }: SetupAgainst,
): SetupDiagnosis[] {
  const findings: SetupDiagnosis[] = [];
  if (tenantValues.length === 0)
    findings.push({
      finding: "tenant-label",
      ...wrong(
        `No series has the label ${tenantLabel}. Stamp it where the series are scraped, or set TENANT_LABEL to the label that they have.`,
      ),
    });
  if (labelNames.has(`exported_${tenantLabel}`))
    findings.push({
      finding: "tenant-label",
      ...note(
        `Some targets expose a label ${tenantLabel} of their own. It is kept apart as exported_${tenantLabel}, as it must be.`,
      ),
    });
  if (exportedPods > 0)
    findings.push({
      finding: "honor-labels",
      ...wrong(
        `kube-state-metrics names its pods in exported_pod (${exportedPods} series), so its series can't be joined with others. Scrape kube-state-metrics with honor_labels: true.`,
      ),
    });
  for (const [name, count] of copies)
    findings.push({
      finding: "copies",
      ...note(
        name === "cluster"
          ? `Series come from ${count} clusters. Namespaces with the same name in two clusters are one tenant only if both have the same ${tenantLabel}.`
          : `Each series exists ${count} times, with different values of ${name}. Deduplicate them in the store, or drop the label where they are written.`,
      ),
    });
  return findings;
}

/** The metrics that are sampled more rarely than the bundle says, with how far apart their samples are. */
export function slowScrapes(
  { intervals }: SetupFacts,
  scrapeIntervalSeconds: number,
): { metric: string; seconds: number }[] {
  return [...intervals].flatMap(([metric, byTenant]) => {
    const longest = Math.max(0, ...byTenant.values());
    return longest > scrapeIntervalSeconds * INTERVAL_SLACK ? [{ metric, seconds: Math.round(longest) }] : [];
  });
}

function ofIntervals(facts: SetupFacts, { scrapeIntervalSeconds }: SetupAgainst): SetupDiagnosis[] {
  const slow = slowScrapes(facts, scrapeIntervalSeconds);
  if (slow.length === 0) return [];
  const most = Math.max(...slow.map(({ seconds }) => seconds));
  const more = slow.length - SLOW_NAMED_AT_MOST;
  const named = slow
    .slice(0, SLOW_NAMED_AT_MOST)
    .map(({ metric, seconds }) => `${metric} every ${seconds} s`);
  const what = list(more > 0 ? [...named, `${more} more`] : named);
  const message = `scrapeIntervalSeconds is ${scrapeIntervalSeconds}, and samples come more rarely: ${what}. Set it to ${most}.`;
  return [{ finding: "scrape-interval", ...wrong(message) }];
}

/**
 * A quantile is never more than the highest bound of its service, so it can't show that a threshold beyond is crossed.
 * A quantile of buckets that differ is of no distribution.
 */
function ofBuckets(
  { lineKey, line, signal, metrics }: LineMetrics,
  { buckets }: SetupFacts,
  { naming }: SetupAgainst,
): SetupDiagnosis[] {
  if (signal.unit !== "seconds") return [];
  return metrics.flatMap((metric) => {
    const byTenant = buckets.get(metric);
    const limit = line.threshold?.value ?? 0;
    if (!byTenant || !/(?<!milli)seconds_bucket$/.test(metric)) return [];
    const having = (isSo: (services: readonly ServiceBuckets[]) => boolean) =>
      [...byTenant].filter(([, services]) => isSo(services)).map(([tenantId]) => tenantId);
    const short = having((services) => services.some(({ bounds }) => (bounds.at(-1) ?? 0) <= limit));
    const mixed = having((services) => services.some(({ isMixed }) => isMixed));
    const differing = having((services) => new Set(services.map(({ bounds }) => bounds.join())).size > 1);
    return [
      ...(short.length > 0
        ? [
            wrong(
              `${lineKey}: for ${naming(short)}, the highest finite bucket of ${metric} isn't above the threshold of ${limit} s. Longer requests count by their mean time, and not at all without ${metric.replace(/_bucket$/, "_sum")}.`,
            ),
          ]
        : []),
      ...(mixed.length > 0
        ? [
            note(
              `${lineKey}: for ${naming(mixed)}, series of one service have different buckets of ${metric}. The quantile is wrong until all have the same, for example after a rollout.`,
            ),
          ]
        : []),
      ...(differing.length > 0
        ? [
            note(
              `${lineKey}: for ${naming(differing)}, services have different buckets of ${metric}. A query of your own must take the quantile of each service, as the default bundle does.`,
            ),
          ]
        : []),
    ].map((each) => ({ finding: "buckets" as const, ...each }));
  });
}

function ofNative({ nativeOnly }: SetupFacts, { naming }: SetupAgainst): SetupDiagnosis[] {
  return [...nativeOnly].map(([metric, tenants]) => ({
    finding: "native-histograms",
    ...wrong(
      `${metric} is missing for ${naming(tenants)}: there it is a native histogram only. Scrape the classic buckets, too: always_scrape_classic_histograms: true (scrape_classic_histograms before Prometheus 3).`,
    ),
  }));
}
