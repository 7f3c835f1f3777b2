import type { AttributedAlert } from "@/lib/attribution/view";
import type { SignalId } from "@/lib/catalogue/bundle";
import type { LineView, SignalView } from "@/lib/evaluation/view";
import type { Runtime } from "@/lib/views/health/view";
import { formatDuration } from "@/lib/wording/format";
import { gapWords } from "@/lib/wording/gap-words";
import { resolveWords } from "@/lib/wording/resolve-words";

/** What comes next for a line, and when at the earliest; null where nothing is counted. @param atMs the instant that the line is of */
export function nextWords(line: LineView, atMs: number): string | null {
  const { status, condition, conditionSinceMs } = line;
  const { forSeconds, recoverForSeconds } = line.threshold;
  const gap = gapWords(line.reading);
  if (gap && (condition === "firing" || condition === "recovering")) {
    const within = recoverForSeconds === 0 ? "" : ` for ${formatDuration(recoverForSeconds * 1000)}`;
    return `${gap === "no data now" ? "No data now" : "Unknown now"}: resolves once it is measured again and within the threshold${within}.`;
  }
  switch (status) {
    case "firing":
      return resolveWords(recoverForSeconds);
    case "recovering":
      return `Needs ${formatDuration(recoverForSeconds * 1000)} within the threshold; ${toGo(recoverForSeconds)}.`;
    case "pending":
      return `Alerts after ${formatDuration(forSeconds * 1000)}; ${toGo(forSeconds)}.`;
    default:
      return null;
  }

  function toGo(seconds: number): string {
    const leftMs = conditionSinceMs === null ? 0 : seconds * 1000 - (atMs - conditionSinceMs);
    return leftMs > 0 ? `${formatDuration(leftMs)} to go` : "due now";
  }
}

const HOUR_MS = 3_600_000;
/** What runs now is known with the deployments of a day. */
const DEPLOYMENTS_KNOWN_MS = 24 * HOUR_MS;

/**
 * What changed just before a breach, or since it began; null where nothing is known of deployments then.
 * @param atMs the instant that `runtime` is of
 */
export function changeWords(
  { versions, lastDeployment, lastKnown }: Runtime,
  breachedAtMs: number,
  atMs: number,
): string | null {
  const isKnown =
    versions !== null && lastKnown === null && atMs - breachedAtMs < DEPLOYMENTS_KNOWN_MS - HOUR_MS;
  if (!isKnown) return null;
  const beforeMs = lastDeployment ? breachedAtMs - lastDeployment.atMs : Number.POSITIVE_INFINITY;
  if (lastDeployment && beforeMs < HOUR_MS) {
    const when = `${formatDuration(Math.abs(beforeMs))} ${beforeMs < 0 ? "after it began" : "before"}`;
    return `Version ${lastDeployment.version} was deployed ${when}.`;
  }
  return "No deployment in the hour before.";
}

/** A judged line with its key and its signal. */
export type KnownLine = { key: string; signal: SignalView; line: LineView };

export function knownLinesOf(signals: readonly SignalView[]): KnownLine[] {
  return signals.flatMap((signal) =>
    signal.lines.map((line) => ({ key: `${signal.id}/${line.id}`, signal, line })),
  );
}

/** The signals of the alerts and of what isn't resolved, each once: a guide says of these what to look at first. */
export function signalsToLookAt(
  signals: readonly Pick<SignalView, "id">[],
  alerts: readonly Pick<AttributedAlert, "lineKey">[],
  lines: readonly KnownLine[],
): SignalId[] {
  const failing = lines.filter(({ line }) => ["firing", "recovering", "pending"].includes(line.status));
  const keys = [...alerts.map(({ lineKey }) => lineKey), ...failing.map(({ key }) => key)];
  return signals.map(({ id }) => id).filter((id) => keys.some((key) => key.startsWith(`${id}/`)));
}
