import { startPrometheus, type TestPrometheus } from "../testing/prometheus";

/** Longer than the oldest sample that any signal still takes for fresh. */
const ENDED_BEFORE_MS = 10 * 60_000;
const KNOWN_FOR = "30m";

type Matrix = { data: { result: { metric: Record<string, string>; values: [number, string][] }[] } };

/**
 * Starts a second Prometheus that holds a capability's real samples up to ten minutes ago and none since, as after its
 * exporters went away.
 * @param prometheus the one whose samples they are
 */
export async function endedSeries(prometheus: string, tenant: string): Promise<TestPrometheus> {
  const selector = `{tenant="${tenant}"}[${KNOWN_FOR}]`;
  const endedAtSeconds = (Date.now() - ENDED_BEFORE_MS) / 1000;
  const query = new URLSearchParams({ query: selector, time: String(endedAtSeconds) });
  const response = await fetch(`${prometheus}/api/v1/query?${query}`);
  const { data } = (await response.json()) as Matrix;
  // OpenMetrics wants the samples of a name together.
  const series = data.result.toSorted((one, other) => nameOf(one.metric).localeCompare(nameOf(other.metric)));
  const lines = series.flatMap(({ metric, values }) => {
    const { __name__: name, ...labels } = metric;
    const text = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    return values.map(([atSeconds, value]) => `${name}{${text.join(",")}} ${value} ${atSeconds}`);
  });
  return startPrometheus({ openMetrics: `${lines.join("\n")}\n# EOF\n` });
}

const nameOf = (metric: Record<string, string>): string => metric.__name__ ?? "";
