import { Document } from "yaml";
import type { Bundle } from "@/lib/catalogue/bundle";
import { scopeQuery } from "@/lib/promql/scoped-query";
import type { TenantScope } from "@/lib/tenant/scope";
import { thresholdInWords } from "@/lib/wording/sentence";
import type { ThresholdLine } from "./view";

/** What an owner takes along of one judged line. */
export type ExportedLine = Pick<ThresholdLine, "signal" | "line" | "name" | "unit" | "worse"> & {
  value: number;
  inclusive: boolean;
  forSeconds: number;
  recoverForSeconds: number;
  /** false: the owner has switched the alert off. */
  enabled: boolean;
  source: "default" | "owner";
  /** PromQL of the value, confined to the tenant. */
  query: string;
  /** Below so many requests the line isn't judged; null where it always is. */
  traffic: { query: string; minimum: number } | null;
};

export type ThresholdExport = {
  tenant: string;
  tenantLabel: string;
  intervalSeconds: number;
  lines: ExportedLine[];
};

/**
 * The thresholds that hold, with the queries that they judge.
 * @param label the name of the tenant label
 * @throws UnscopableQueryError when a query of the bundle can't be confined to the tenant
 */
export function thresholdExport(
  bundle: Bundle,
  lines: readonly ThresholdLine[],
  scope: TenantScope,
  { label, intervalSeconds }: { label: string; intervalSeconds: number },
): ThresholdExport {
  const exported = lines.flatMap(({ signal, line, name, unit, worse, threshold }): ExportedLine[] => {
    const { windowSeconds, traffic, lines: defined } = bundle.signals[signal];
    const found = defined.find(({ id }) => id === line);
    if (!found) return [];
    const confined = (template: string) => scopeQuery(scope, template, { label, windowSeconds }).promql;
    const { value, inclusive, forSeconds, recoverForSeconds, enabled, source } = threshold;
    return [
      {
        ...{
          signal,
          line,
          name,
          unit,
          worse,
          value,
          inclusive,
          forSeconds,
          recoverForSeconds,
          enabled,
          source,
        },
        query: confined(found.query),
        traffic: traffic ? { query: confined(traffic.query), minimum: traffic.minimum } : null,
      },
    ];
  });
  return { tenant: scope.tenantId, tenantLabel: label, intervalSeconds, lines: exported };
}

const HEAD = ` The thresholds of your capability as alerting rules of Prometheus, from 2.42 on (keep_firing_for).

 They judge every value as Watchpost does, and fire and end in the same evaluation. They differ where a rule can't say the same:
 - When its data is gone, or too few requests are left to judge, an alert here ends as if all were well; in Watchpost it stays.
 - What was pending begins anew after such a gap; in Watchpost it goes on from what it had.
 - A rule judges old samples as long as its window, or Prometheus, remembers them; Watchpost calls them missing sooner.
 - A restart that a deployment explains counts here.
 An alert ends after two good evaluations at the earliest, so each keeps firing for one interval at least.
 The series must have the tenant label that the queries name.`;

/** The same as a rules file. What is switched off is named in a comment, so that it isn't missed. */
export function prometheusRules({ tenant, tenantLabel, intervalSeconds, lines }: ThresholdExport): string {
  const on = lines.filter(({ enabled }) => enabled);
  const off = lines.filter(({ enabled }) => !enabled).map(({ name }) => name);
  const document = new Document({
    groups: [
      {
        name: `watchpost-${tenant}`,
        interval: `${intervalSeconds}s`,
        rules: on.map((line) => ruleOf(line, tenantLabel, intervalSeconds)),
      },
    ],
  });
  document.commentBefore =
    off.length === 0 ? HEAD : `${HEAD}\n\n Switched off, and not here: ${off.join(", ")}.`;
  return document.toString({ lineWidth: 0 });
}

function ruleOf(line: ExportedLine, tenantLabel: string, intervalSeconds: number): object {
  const { name, signal, query, traffic, worse, inclusive, value, forSeconds, recoverForSeconds } = line;
  // A limit of zero divides to infinity, which no threshold judges.
  const finite = `(${query}) ${worse === "higher" ? "< " : "> -"}Inf`;
  const beyond = `${finite} ${worse === "higher" ? ">" : "<"}${inclusive ? "=" : ""} ${value}`;
  // Where there are too few requests, or none, a share of them says nothing.
  const judged = traffic && `${beyond} and on (${tenantLabel}) (${traffic.query}) >= ${traffic.minimum}`;
  return {
    alert: alertName(signal, line.line),
    expr: judged ?? beyond,
    for: `${forSeconds}s`,
    // Up to one interval means two good evaluations, which is what a recovery takes at least (step.ts).
    keep_firing_for: `${Math.max(recoverForSeconds, intervalSeconds)}s`,
    labels: { signal, line: line.line },
    annotations: { summary: `${name} is ${thresholdInWords(line, worse, line.unit)}` },
  };
}

/** "error-rate" and "error-rate" make ErrorRate, "saturation" and "cpu" SaturationCpu. */
function alertName(signal: string, line: string): string {
  const words = signal === line ? signal : `${signal}-${line}`;
  return words.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}
