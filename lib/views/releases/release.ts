import type { Bundle } from "@/lib/catalogue/bundle";
import type { Components } from "@/lib/catalogue/components";
import type { EvictionAndExport } from "@/lib/catalogue/eviction";
import { type Ask, askFor } from "@/lib/evaluation/ask";
import { healthInstant } from "@/lib/evaluation/grid";
import { type ListedWaiting, waitingOf } from "@/lib/evaluation/waiting";
import { notServingFrom } from "@/lib/eviction/phase";
import { slotAt } from "@/lib/infra/clock";
import type { Answer, Sample } from "@/lib/prometheus/answer";
import type { Prometheus } from "@/lib/prometheus/client";
import { isRollback, type ReleaseAmong, releaseAt } from "@/lib/releases/releases";
import { rolloutOf } from "@/lib/releases/rollout";
import { stretchesAt, type WhichStretches } from "@/lib/releases/stretches";
import type { TenantScope } from "@/lib/tenant/scope";
import { askPlatform } from "./ask-platform";
import { askReleases } from "./ask-releases";
import { compareLines } from "./compare-release-lines";
import type { ReleaseDoubt, ReleaseView, ReleaseWord } from "./view";

const HOUR_MS = 3_600_000;
/** Releases so far from one matter to it: the longest stretch, with what is left out after the release. */
const AROUND_MS = 27 * HOUR_MS;
/** Replicas exist at every scrape; their queries don't look back by their window. */
const RUNTIME_WINDOW_SECONDS = 86_400;

/** What the report depends on beside the data. */
export type ReleaseTenant = { timeZone: string; leaving: EvictionAndExport };

type ReleaseSources = {
  bundle: Bundle;
  components: Components | null;
  tenantLabel: string;
  prometheus: Pick<Prometheus, "instant" | "range" | "platformRange">;
};

export type FoundRelease =
  | { kind: "found"; view: ReleaseView }
  | { kind: "none" }
  /** Whether there is such a release couldn't be asked. */
  | { kind: "not-asked"; message: string };

/**
 * A release of the scope's tenant, and how each line has been since, compared with the time before.
 *
 * It is asked when it is looked at, at instants that follow from the release alone, so that one answer serves every viewer: three
 * questions about releases at most, four about the rollout of the newest, two about the platform, and for each line and each traffic
 * one about this week and one about last week. Without a last week, or where another release was in it, the day before is asked, and
 * of a day's length two hours.
 * @param atSeconds when one of its deployments was created
 */
export async function releaseOf(
  sources: ReleaseSources,
  scope: TenantScope,
  tenant: ReleaseTenant,
  atSeconds: number,
  nowMs: number,
): Promise<FoundRelease> {
  const { bundle } = sources;
  const asOfMs = healthInstant(nowMs, bundle.scrapeIntervalSeconds);
  const aroundMs = slotAt(atSeconds * 1000, 60);
  if (aroundMs > asOfMs) return { kind: "none" };
  const ask = askFor(sources, scope);
  const span = { fromMs: aroundMs - AROUND_MS, toMs: Math.min(asOfMs, aroundMs + AROUND_MS) };
  const releases = await askReleases(ask, bundle, span);
  if (!releases.ok) return { kind: "not-asked", message: releases.failure.message };
  const among = releaseAt(releases.data, atSeconds);
  if (!among) return { kind: "none" };
  const rollout = among.next ? null : await askRollout(ask, bundle, among, asOfMs);
  const about = { ...among, rolledBack: isRollback(among), asOfMs, rollout };
  const which = whileServing(stretchesAt(among, asOfMs), tenant, asOfMs);
  const report = await reportOf(sources, scope, ask, { among, which, rollout });
  return { kind: "found", view: { ...about, ...report } };
}

type Which = WhichStretches | { kind: "not-serving"; fromMs: number };
type Report = Pick<ReleaseView, "word" | "doubt" | "againAtMs" | "compared">;

/** What isn't served by agreement is compared only as far as it was. */
function whileServing(which: WhichStretches, { leaving, timeZone }: ReleaseTenant, asOfMs: number): Which {
  const fromMs = leaving.eviction ? notServingFrom(leaving.eviction, timeZone) : Number.POSITIVE_INFINITY;
  if (asOfMs < fromMs || which.kind === "other-release") return which;
  if (which.kind === "too-early") return { kind: "not-serving", fromMs };
  const [longest, ...others] = which.stretches.filter(({ after }) => after.toMs <= fromMs);
  return longest
    ? { ...which, stretches: [longest, ...others], longerAtMs: null }
    : { kind: "not-serving", fromMs };
}

async function reportOf(
  sources: ReleaseSources,
  scope: TenantScope,
  ask: Ask,
  { among, which, rollout }: { among: ReleaseAmong; which: Which; rollout: ReleaseView["rollout"] },
): Promise<Report> {
  const nothing = { againAtMs: null, compared: null };
  if (which.kind === "not-serving") return { ...nothing, word: "unclear", doubt: which };
  if (which.kind === "other-release") {
    const release = among[which.which] ?? among.release;
    return { ...nothing, word: "unclear", doubt: { ...which, release } };
  }
  if (which.kind === "too-early") {
    const word = rollout?.kind === "in-progress" ? "in-progress" : "too-early";
    if (rollout?.kind === "stuck") return { ...nothing, word: "unclear", doubt: { kind: "stuck" } };
    return { word, doubt: null, againAtMs: which.knownAtMs, compared: null };
  }
  const { overall, compared } = await compareLines(ask, sources.bundle, which.stretches, (stretches) =>
    askPlatform(sources, scope, stretches),
  );
  return { ...wordOf(overall, rollout), againAtMs: which.longerAtMs, compared };
}

/** A release that isn't rolled out may be worse already. Anything else would be said of what is partly the version before. */
function wordOf(
  overall: Exclude<ReleaseWord, "in-progress" | "too-early">,
  rollout: ReleaseView["rollout"],
): { word: ReleaseWord; doubt: ReleaseDoubt | null } {
  if (overall === "worse") return { word: "worse", doubt: null };
  if (rollout?.kind === "stuck") return { word: "unclear", doubt: { kind: "stuck" } };
  return { word: overall, doubt: overall === "unclear" ? { kind: "lines" } : null };
}

async function askRollout(
  ask: Ask,
  bundle: Bundle,
  { release }: ReleaseAmong,
  atMs: number,
): Promise<ReleaseView["rollout"]> {
  const { runtime, signals } = bundle;
  const now = (template: string) => ask.instant(template, RUNTIME_WINDOW_SECONDS, atMs);
  const [wanted, ready, updated, kept] = await Promise.all([
    now(runtime.replicasWanted),
    now(runtime.replicasReady),
    now(runtime.replicasUpdated),
    runtime.waiting ? ask.instant(runtime.waiting, signals.availability.windowSeconds, atMs) : null,
  ]);
  const counts = { wanted: only(wanted), ready: only(ready), updated: only(updated) };
  if (counts.wanted === null || counts.updated === null || kept?.ok === false) return null;
  const replicas = { ...counts, wanted: counts.wanted, updated: counts.updated };
  const waits: ListedWaiting = waitingOf(kept?.data ?? []);
  const rollout = rolloutOf(replicas, waits.total, atMs - release.lastAtMs);
  return { ...rollout, replicas, ...waits };
}

function only(answer: Answer<Sample[]>): number | null {
  const value = answer.ok ? answer.data[0]?.value : undefined;
  return value !== undefined && Number.isFinite(value) ? value : null;
}
