import { storeFindings, storeInfo, storeLookedTimestamp } from "@/alerting/runtime/metrics";
import { repeat } from "@/alerting/runtime/repeat";
import type { Bundle } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import { log } from "@/lib/infra/log";
import { createSurvey, type StoreKind } from "@/lib/prometheus/survey";
import { diagnoseSetup, FINDINGS, type SetupDiagnosis } from "./diagnose-setup";
import { lookAtSetup } from "./look-at-setup";

export type StoreWatch = {
  /** What is the matter with the store's set-up, a sentence each that names no tenant. */
  findings(): string[];
  stop(): Promise<void>;
};

/** How often it looks whether a look is due: after another bundle was applied it is. */
const DUE_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 3_600_000;
/** What was found may have been mended, or have been an outage; and so may a store that couldn't be asked. */
const LOOK_AGAIN_AFTER_MS = 600_000;
/** All of a look's questions together. They go one after the other, so that a cycle's never wait for more than one of them. */
const LOOK_WITHIN_MS = 60_000;

type Options = {
  /** PROMETHEUS_URL and what belongs to it. */
  address: { url: string; bearerToken?: string; tenantHeader?: string };
  /** TENANT_LABEL. */
  label: string;
  readBundle?: () => Promise<Bundle | null>;
  dueEveryMs?: number;
};

/**
 * Looks at the store's set-up at the start, after each apply, and once an hour, as `npm run definitions -- doctor` does. Whom
 * the lines find is left out: the cycles see that. It never throws. If the store can't be looked at, what was found before stays.
 */
export function startStoreWatch({
  address,
  label,
  readBundle = catalogueStore.readBundle,
  dueEveryMs = DUE_EVERY_MS,
}: Options): StoreWatch {
  let found: readonly SetupDiagnosis[] = [];
  let looked: { bundle: string; atMs: number; isWell: boolean } | null = null;
  const isDue = (bundle: string) => {
    if (looked?.bundle !== bundle) return true;
    return performance.now() - looked.atMs >= (looked.isWell ? LOOK_EVERY_MS : LOOK_AGAIN_AFTER_MS);
  };

  const complaint = "The metrics store's set-up could not be looked at.";
  const running = repeat({ pauseMs: dueEveryMs, complaint }, async (stop) => {
    const bundle = await readBundle();
    const text = JSON.stringify(bundle);
    if (!bundle || !isDue(text)) return;
    looked = { bundle: text, atMs: performance.now(), isWell: false };
    const end = AbortSignal.any([stop, AbortSignal.timeout(LOOK_WITHIN_MS)]);
    const { scrapeIntervalSeconds } = bundle;
    const atMs = Date.now() - scrapeIntervalSeconds * 1000;
    const facts = await lookAtSetup(createSurvey(address, end), bundle, { label, atMs });
    if (stop.aborted) return;
    if (end.aborted) throw new Error(`not within ${LOOK_WITHIN_MS / 1000} s`);
    if (!facts.ok) throw new Error(facts.detail || facts.code);
    const before = sentencesOf(found).join();
    found = diagnoseSetup(facts.data, { tenantLabel: label, scrapeIntervalSeconds, naming: counted });
    looked.isWell = !found.some(({ kind }) => kind === "wrong");
    expose(facts.data.store, found);
    const findings = sentencesOf(found);
    if (findings.length > 0 && findings.join() !== before)
      log.warn({ findings }, "The metrics store isn't set up as the bundle needs it. The doctor says more.");
  });
  return { findings: () => sentencesOf(found), stop: running.stop };
}

const sentencesOf = (found: readonly SetupDiagnosis[]) => found.map(({ message }) => message);

/** Anybody may read /readyz. */
const counted = (tenantIds: readonly string[]) =>
  tenantIds.length === 1 ? "1 tenant" : `${tenantIds.length} tenants`;

function expose({ kind, version }: StoreKind, found: readonly SetupDiagnosis[]): void {
  storeInfo.reset();
  storeInfo.set({ kind, version }, 1);
  storeLookedTimestamp.set(Date.now() / 1000);
  for (const finding of FINDINGS)
    for (const kind of ["wrong", "note"] as const) {
      const count = found.filter((each) => each.finding === finding && each.kind === kind).length;
      storeFindings.set({ finding, kind }, count);
    }
}
