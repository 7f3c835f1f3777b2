import { randomUUID } from "node:crypto";
import pLimit from "p-limit";
import { composeRendered } from "@/alerting/compose/compose-rendered";
import { mailLinks } from "@/alerting/compose/mail-links";
import { renderMigrationMail } from "@/alerting/mail/render";
import { repeat } from "@/alerting/runtime/repeat";
import { catalogueStore } from "@/lib/catalogue/store";
import { migrationOf, migrationRunsOf, wasStateKnown } from "@/lib/data-migrations/migration";
import {
  endToReport,
  GONE_FOR_MS,
  mayStall,
  type RunReport,
  STALLED_LIKE,
  stallToReport,
} from "@/lib/data-migrations/reports";
import { dataMigrationStore, type LookTurn, type WatchedTenant } from "@/lib/data-migrations/store";
import type { RunSummary, RunView } from "@/lib/data-migrations/view";
import { type MigrationMailKind, type NewMail, orderKeyOf } from "@/lib/delivery/mail";
import type { SignalSources } from "@/lib/evaluation/ask";
import { isServing } from "@/lib/eviction/phase";
import { log } from "@/lib/infra/log";
import { type Prometheus, prometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";

const LOOK_EVERY_MS = 60_000;
/** A tenant that isn't reached within this time comes first the next time. */
const LOOK_WITHIN_MS = 50_000;
/** Owners are looking, too, and nobody waits for this. */
const AT_ONCE = 2;

export type MigrationMailOptions = {
  /** MAIL_FROM. */
  mailFrom: string;
  /** NEXTAUTH_URL. */
  portalUrl: string;
  label: string;
  prometheus?: Pick<Prometheus, "instant" | "range">;
  lookEveryMs?: number;
  /** Called when mails were written, so that delivery looks at once. */
  onWritten?: () => void;
  /** Called after each look, with how many tenants it reached and how many of them couldn't be asked about. */
  onLooked?: (result: Looked) => void;
};

export type Looked = { tenants: number; unanswered: number; mails: number };

/**
 * Mails owners when a migration of theirs ends or stalls, until stopped: once a minute one of the workers looks, by the same judgement
 * as the page. It never throws; what can't be asked or written is tried again a minute later, and is mailed then.
 */
export function startMigrationMails(options: MigrationMailOptions): { stop(): Promise<void> } {
  const { lookEveryMs = LOOK_EVERY_MS } = options;
  const look = createLook(options);
  const complaint = "Migrations could not be looked at for mails; it is tried again.";
  return repeat({ pauseMs: lookEveryMs, complaint }, look);
}

/**
 * One look at everybody's migrations at a time, for the loop and for tests.
 * @returns null where it isn't this worker's turn, or nothing can be judged now @throws the driver's error
 */
export function createLook(options: MigrationMailOptions): (stop: AbortSignal) => Promise<Looked | null> {
  let reached = "";
  return async (stop) => {
    const turn = await dataMigrationStore.claimLook();
    // Where the clocks differ, no end time is certain. The evaluator reports it to the operator.
    if (!turn || turn.clocksApart) return null;
    const bundle = await catalogueStore.readBundle();
    if (!bundle) return null;
    const asking = untilStopped(options.prometheus ?? prometheus(), stop);
    const sources = { bundle, tenantLabel: options.label, prometheus: asking.prometheus };
    const all = (await dataMigrationStore.readWatched()).filter((tenant) =>
      isServing(tenant.leaving, tenant.timeZone, turn.nowMs),
    );
    const next = all.findIndex(({ id }) => id > reached);
    const inTurn = next < 0 ? all : [...all.slice(next), ...all.slice(0, next)];
    const untilMs = performance.now() + LOOK_WITHIN_MS;
    const result: Looked = { tenants: 0, unanswered: 0, mails: 0 };
    const limit = pLimit(AT_ONCE);
    const looking = Promise.all(
      inTurn.map((tenant) =>
        limit(async () => {
          if (stop.aborted || performance.now() > untilMs) return;
          reached = tenant.id;
          result.tenants += 1;
          try {
            const { answered, mails } = await lookAt(tenant, sources, options, turn);
            if (!answered) result.unanswered += 1;
            result.mails += mails;
          } catch (error) {
            result.unanswered += 1;
            log.error({ tenant: tenant.id, err: error }, "A tenant's migrations could not be reported.");
          }
        }),
      ),
    );
    await looking.finally(asking.end);
    if (result.mails > 0) {
      log.info({ mails: result.mails }, "Mails about migrations were written.");
      options.onWritten?.();
    }
    options.onLooked?.(result);
    return result;
  };
}

const STOPPED = {
  ok: false,
  failure: { code: "timeout", message: "The worker was asked to stop." },
  last: null,
} as const;

/** Gives up the questions under way when the worker is asked to stop; the next worker mails what was due. */
function untilStopped(client: Pick<Prometheus, "instant" | "range">, stop: AbortSignal) {
  let giveUp = () => {};
  const stopped = new Promise<typeof STOPPED>((resolve) => {
    giveUp = () => resolve(STOPPED);
  });
  stop.addEventListener("abort", giveUp, { once: true });
  return {
    prometheus: {
      instant: (...question) => Promise.race([client.instant(...question), stopped]),
      range: (...question) => Promise.race([client.range(...question), stopped]),
    } satisfies Pick<Prometheus, "instant" | "range">,
    end: () => stop.removeEventListener("abort", giveUp),
  };
}

/** One tenant's migrations. Nothing is mailed from what Prometheus doesn't answer in full; it is mailed once it does. */
async function lookAt(
  tenant: WatchedTenant,
  sources: SignalSources,
  options: MigrationMailOptions,
  turn: LookTurn,
): Promise<{ answered: boolean; mails: number }> {
  const { nowMs } = turn;
  const scope = mintTenantScope(tenant.id);
  const definitions = tenant.migrations();
  const [{ runs, failed }, notified] = await Promise.all([
    migrationRunsOf(sources, scope, definitions, nowMs),
    dataMigrationStore.readReported(scope),
  ]);
  if (failed !== null) return { answered: false, mails: 0 };
  let answered = true;
  let mails = 0;
  // The oldest first, so that they are mailed in the order in which they happened.
  for (const run of runs.toReversed()) {
    const found = await findReport(run);
    if (found === "unanswered") answered = false;
    else if (found) {
      const { report, view } = found;
      const mail = view && (await mailOf(tenant, view, options, nowMs));
      const onceADay = view && view.endedAtMs === null ? STALLED_LIKE : null;
      const written = await dataMigrationStore.recordReport(
        scope,
        turn,
        { runId: run.id, what: report.what, onceADay },
        mail,
      );
      if (written && mail) mails += 1;
    }
  }
  return { answered, mails };

  async function findReport(
    run: RunSummary,
  ): Promise<{ report: RunReport; view: RunView | null } | "unanswered" | null> {
    const end = endToReport(run, notified, { nowMs, wantedSinceMs: tenant.wantedSinceMs });
    if (!end && !mayStall(run, notified, nowMs)) return null;
    if (run.state === "gone" && !(await wasStateKnown(sources, scope, GONE_FOR_MS, nowMs)))
      return "unanswered";
    if (end && !end.mail) return { report: end, view: null };
    const view = await migrationOf(sources, scope, definitions, run.id, nowMs);
    if (!view?.shown || view.failed !== null) return "unanswered";
    // What was seen in longer steps before is seen in the run's own now.
    const report = end
      ? endToReport(view.shown, notified, { nowMs, wantedSinceMs: tenant.wantedSinceMs })
      : stallToReport(view.shown, notified, nowMs);
    return report && { report, view: report.mail ? view.shown : null };
  }
}

/** A mail's kind by how its run stands. */
const KINDS: Partial<Record<RunView["state"], MigrationMailKind>> = {
  succeeded: "migration-succeeded",
  failed: "migration-failed",
  gone: "migration-gone",
};

async function mailOf(
  tenant: WatchedTenant,
  run: RunView,
  { mailFrom, portalUrl }: MigrationMailOptions,
  nowMs: number,
): Promise<NewMail> {
  const kind = KINDS[run.state] ?? "migration-stalled";
  const { health, modify = null } = mailLinks(portalUrl, await catalogueStore.readPlatform(), tenant, null);
  const rendered = await renderMigrationMail({
    kind,
    atMs: nowMs,
    capability: { id: tenant.id, name: tenant.name },
    timeZone: tenant.timeZone,
    run,
    links: {
      run: new URL(`/migration?run=${run.id}`, portalUrl).href,
      settings: new URL("/migration#mails", portalUrl).href,
      health,
      modify,
    },
  });
  const composed = await composeRendered(rendered, {
    mailFrom,
    to: tenant.contactAddress,
    atMs: nowMs,
    threadId: `migration.${tenant.id}.${run.id}`,
  });
  return {
    id: randomUUID(),
    tenantId: tenant.id,
    kind,
    recipient: tenant.contactAddress,
    threadId: null,
    // In order within one run: no mail on a standstill after that on its end. Neither waits for an alert, nor an alert for them.
    orderKey: orderKeyOf(tenant.id, `migration/${run.id}`),
    ...composed,
  };
}
