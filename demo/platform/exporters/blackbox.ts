import { Exposition } from "../exposition";

/** Below Prometheus' scrape timeout, so that a hanging capability is a failed probe and not a missing one. */
const PROBE_TIMEOUT_MS = 3_000;

/** Makes one real request, as a blackbox exporter's http module does, and says how it went. */
export async function probe(target: string): Promise<string> {
  const startedAtMs = performance.now();
  let status = 0;
  try {
    const response = await fetch(target, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      redirect: "follow",
    });
    await response.arrayBuffer();
    status = response.status;
  } catch {
    status = 0;
  }
  return new Exposition()
    .gauge("probe_success", "Displays whether or not the probe was a success")
    .gauge("probe_duration_seconds", "Returns how long the probe took to complete in seconds")
    .gauge("probe_http_status_code", "Response HTTP status code")
    .add("probe_success", {}, status >= 200 && status < 300 ? 1 : 0)
    .add("probe_duration_seconds", {}, (performance.now() - startedAtMs) / 1000)
    .add("probe_http_status_code", {}, status)
    .text();
}
