import {
  type Bundle,
  isReachabilityLine,
  type LineDefinition,
  SIGNAL_IDS,
  type SignalDefinition,
  type SignalId,
  type Threshold,
} from "@/lib/catalogue/bundle";
import { groupingProblem } from "@/lib/promql/grouping";
import { fillPlaceholders } from "@/lib/promql/placeholders";
import { scopeToTenant, UnscopableQueryError } from "@/lib/promql/scope";
import { absentLabelsProblem, collisionProblem, strayLabelsProblem } from "@/lib/promql/unique";
import { isWorstOf } from "@/lib/promql/worst-of";
import { breakdownProblem } from "./check-breakdown";
import { type Path, quote } from "./problem";

type Finding = { path: Path; message: string };

/** Stands for any tenant while a query is tried. */
const SOME_TENANT = "some-tenant";
/** The window of queries that belong to no signal: a step of the charts. */
const CHART_STEP_SECONDS = 300;

/**
 * Judges a bundle that has the right shape: every query is filled in, confined to a tenant and grouped just as the portal and the
 * evaluator will use it, and every number makes sense with the others.
 * @param tenantLabel the name of the tenant label (TENANT_LABEL)
 * @returns what is wrong, each with its path in the bundle; empty when nothing is
 */
export function checkBundle(bundle: Bundle, { tenantLabel }: { tenantLabel: string }): Finding[] {
  const queryFindings = queriesOf(bundle).flatMap(({ path, query, windowSeconds, only }) => {
    const message = queryProblem(query, { label: tenantLabel, windowSeconds, only });
    return message ? [{ path, message }] : [];
  });
  const signalFindings = SIGNAL_IDS.flatMap((id) =>
    checkSignal(id, bundle.signals[id], bundle.scrapeIntervalSeconds).map(({ path, message }) => ({
      path: ["signals", id, ...path],
      message,
    })),
  );
  return [...queryFindings, ...signalFindings, ...partsThatDrift(bundle, tenantLabel, queryFindings)];
}

const DRIFT =
  "isn't the worst or the mean of its parts by construction, so it could breach without a part that does, or the other way round. Write it as max by ($tenant) (…) around the query of parts (min where lower is worse), or both as that around the same expression.";

/** The lines whose value and parts may differ, as far as their queries can be used at all. */
function partsThatDrift(bundle: Bundle, label: string, found: readonly Finding[]): Finding[] {
  const unusable = new Set(found.map(({ path }) => path.slice(0, 4).join()));
  return SIGNAL_IDS.flatMap((id) => {
    const { lines, worse, windowSeconds } = bundle.signals[id];
    return lines.flatMap(({ query, parts }, index) => {
      const path = ["signals", id, "lines", index];
      if (!parts || unusable.has(path.join())) return [];
      const [value, ofParts] = [query, parts.query].map((each) =>
        fillPlaceholders(each, { label, windowSeconds }),
      );
      if (isWorstOf(value ?? "", ofParts ?? "", { label, by: parts.by, worse })) return [];
      return [{ path: [...path, "query"], message: DRIFT }];
    });
  });
}

const GIVES_ONE_SERIES: ReadonlySet<string> = new Set([
  "replicasWanted",
  "replicasReady",
  "replicasUpdated",
  "scaledToZero",
]);

/**
 * One of a bundle's queries, with its place and the window that it is tried with. only: the labels beside the tenant's that its
 * answer may have, none where it must give a tenant one series; null: any.
 */
type PlacedQuery = { path: Path; query: string; windowSeconds: number; only: readonly string[] | null };

function queriesOf(bundle: Bundle): PlacedQuery[] {
  const ofSignals = SIGNAL_IDS.flatMap((id) => {
    const { lines, traffic, windowSeconds } = bundle.signals[id];
    const at = (rest: Path, query: string | undefined, only: readonly string[] = []) =>
      query === undefined ? [] : [{ path: ["signals", id, ...rest], query, windowSeconds, only }];
    return [
      ...at(["traffic", "query"], traffic?.query),
      ...lines.flatMap((line, index) => [
        ...at(["lines", index, "query"], line.query),
        ...at(["lines", index, "freshness"], line.freshness),
        ...at(["lines", index, "unlimited"], line.unlimited),
        ...at(["lines", index, "highest"], line.highest),
        ...at(["lines", index, "parts", "query"], line.parts?.query, line.parts?.by),
        ...at(
          ["lines", index, "parts", "objects", "query"],
          line.parts?.objects?.query,
          line.parts?.objects?.by,
        ),
        ...at(["lines", index, "breakdown", "query"], line.breakdown?.query, line.breakdown?.by),
      ]),
    ];
  });
  const windowSeconds = CHART_STEP_SECONDS;
  const ofPart = (part: "runtime" | "events") =>
    Object.entries(bundle[part]).map(([name, query]) => ({
      path: [part, name],
      query,
      windowSeconds,
      only: GIVES_ONE_SERIES.has(name) ? [] : null,
    }));
  return [
    ...ofSignals,
    { path: ["coverage"], query: bundle.coverage, windowSeconds, only: [] },
    ...ofPart("runtime"),
    ...ofPart("events"),
  ];
}

function queryProblem(
  template: string,
  options: { label: string; windowSeconds: number; only: readonly string[] | null },
): string | null {
  try {
    const query = fillPlaceholders(template, options);
    scopeToTenant(query, { label: options.label, value: SOME_TENANT });
    const { label, only } = options;
    const problem =
      groupingProblem(query, label) ??
      absentLabelsProblem(query, only ?? [], label) ??
      (only ? strayLabelsProblem(query, [label, ...only], label) : null) ??
      collisionProblem(query, label);
    return problem ? `${problem} The query is ${quote(template)}.` : null;
  } catch (error) {
    if (!(error instanceof UnscopableQueryError)) throw error;
    return `${error.message} The query is ${quote(template)}.`;
  }
}

function checkSignal(id: SignalId, signal: SignalDefinition, scrapeSeconds: number): Finding[] {
  const findings: Finding[] = [];
  const leastSeconds = 2 * scrapeSeconds;
  for (const name of ["windowSeconds", "staleAfterSeconds"] as const) {
    if (signal[name] < leastSeconds) {
      findings.push({
        path: [name],
        message: `is ${signal[name]}, and must be at least ${leastSeconds}: two scrape intervals, or one late scrape would look like missing data.`,
      });
    }
  }
  if (id === "error-rate" && !signal.traffic) {
    findings.push({
      path: [],
      message: "has no traffic. Without a query and a minimum, one failed request out of one would alert.",
    });
  }
  if (!signal.lines.some((line) => line.threshold)) {
    findings.push({
      path: ["lines"],
      message:
        "has no line with a threshold, so the signal would never be judged. Give one line its default.",
    });
  }
  const seen = new Set<string>();
  signal.lines.forEach((line, index) => {
    const path = ["lines", index];
    if (seen.has(line.id)) {
      findings.push({
        path: [...path, "id"],
        message: `${quote(line.id)} is the id of another line of this signal.`,
      });
    }
    seen.add(line.id);
    const partsMessage = partsProblem(line);
    if (partsMessage) findings.push({ path: [...path, "parts"], message: partsMessage });
    const breakdownMessage = breakdownProblem(line, signal);
    if (breakdownMessage) findings.push({ path: [...path, "breakdown"], message: breakdownMessage });
    if (line.highest && !(line.threshold && signal.worse === "higher"))
      findings.push({ path: [...path, "highest"], message: HIGHEST_OF_NOTHING });
    const fillsMessage = fillsProblem(line, signal);
    if (fillsMessage) findings.push({ path: [...path, "fills"], message: fillsMessage });
    if (!line.threshold) return;
    if (!line.freshness) {
      findings.push({
        path,
        message:
          "has a threshold but no freshness. Without the newest sample's time an old value would be judged as new.",
      });
    }
    const problem =
      thresholdProblem(line.threshold, signal) ??
      (isReachabilityLine(id, signal.lines, line)
        ? singleProbeProblem(line.threshold, signal, scrapeSeconds)
        : null);
    if (problem) findings.push({ path: [...path, "threshold", "value"], message: problem });
  });
  return findings;
}

const HIGHEST_OF_NOTHING =
  "belongs to a line without a threshold, or to a signal where lower is worse. It refuses a threshold above what the line can have.";

function partsProblem({ parts, threshold }: LineDefinition): string | null {
  if (!parts) return null;
  if (!threshold) return "belongs to a line that isn't judged. Parts are for lines with a threshold.";
  const stray = parts.objects?.by.filter((label) => !parts.by.includes(label)) ?? [];
  if (stray.length === 0) return null;
  return `names its objects by ${stray.join(", ")}, which by doesn't name: a part's object is found by labels of the part.`;
}

function fillsProblem(
  { fills, threshold }: LineDefinition,
  { unit, worse }: SignalDefinition,
): string | null {
  if (!fills || (threshold && unit === "share" && worse === "higher")) return null;
  return "belongs to a line that isn't judged, or isn't a share that is worse when it is higher. Full is at 1.";
}

/** One lost probe is no outage. It stays in the window for as long as that is, and must not breach the threshold for long enough. */
function singleProbeProblem(
  { value, forSeconds }: Threshold,
  { unit, worse, windowSeconds }: SignalDefinition,
  scrapeSeconds: number,
): string | null {
  if (unit !== "share" || worse !== "lower" || forSeconds >= windowSeconds) return null;
  const probes = Math.floor(windowSeconds / scrapeSeconds);
  const left = 1 - 1 / probes;
  if (left > value) return null;
  return `is ${value}, and one failed probe of the ${probes} in ${windowSeconds} s leaves ${Number(left.toFixed(3))}: it would alert after ${forSeconds} s. Write a value below that, or forSeconds of at least ${windowSeconds}.`;
}

function thresholdProblem({ value, inclusive }: Threshold, { unit, worse }: SignalDefinition): string | null {
  if (value < 0) return `is ${value}, and may not be below 0.`;
  if (unit === "share" && value > 1) {
    return `is ${value}, and a share lies between 0 and 1. For ${value} % write ${value / 100}.`;
  }
  if (unit === "count" && !Number.isInteger(value)) return `is ${value}, and a count is a whole number.`;
  const [least, most] = [0, unit === "share" ? 1 : Number.POSITIVE_INFINITY];
  if (!inclusive && value === (worse === "higher" ? most : least)) {
    return `is ${value}, and no value can be ${worse} than that: the alert could never fire.`;
  }
  if (inclusive && value === (worse === "higher" ? least : most)) {
    return `is ${value}, and every value is that or ${worse}: the alert would always fire.`;
  }
  return null;
}
