import { startBounceReceiver } from "@/alerting/bounces/bounces";
import { startMigrationMails } from "@/alerting/data-migrations/data-migrations";
import { startDelivery } from "@/alerting/deliver/deliver";
import { startEvaluator } from "@/alerting/evaluate/evaluate";
import { startRetention } from "@/alerting/housekeeping/retention";
import { startTenantDeletion } from "@/alerting/housekeeping/tenant-deletion";
import { startNotices } from "@/alerting/notices/notices";
import {
  bouncesTotal,
  migrationLooksTotal,
  noticesTotal,
  noticesUnaddressed,
  registerWorkerGauges,
  sendsTotal,
} from "@/alerting/runtime/metrics";
import { startTestAlerts } from "@/alerting/test-alerts/test-alerts";
import type { CycleRecord } from "@/lib/alerts/cycle";
import { outbox } from "@/lib/delivery/store";
import { environment, workerEnvironment } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";
import { startHttp } from "./http";

/** Slots without one that could be worked on, after which the worker says that it isn't ready. */
const LATE_INTERVALS = 3;

export type Worker = { stop(): Promise<void> };

/**
 * Starts all that the worker does: evaluate, deliver (which checks the relay), write test alerts, tell of migrations, read the
 * operator's notices, receive bounces, forget what is old, delete the tenants whose 30 days are over, and show its face.
 * @throws EnvironmentError, SmtpUrlError, MailContentError or PrometheusSettingsError where the settings can't be used
 */
export async function startWorker(): Promise<Worker> {
  const settings = { ...environment(), ...workerEnvironment() };
  const { MAIL_FROM: mailFrom, NEXTAUTH_SECRET: secret, BOUNCE_DOMAIN: bounceDomain } = settings;
  const delivery = startDelivery({
    smtpUrl: settings.SMTP_URL,
    mailFrom,
    secret,
    bounceDomain,
    onOutcome: (_mail, outcome) => sendsTotal.inc({ outcome: outcome.class }),
  });
  let unjudged: string[] = [];
  let leftOut: string[] = [];
  const intervalSeconds = settings.EVALUATION_INTERVAL_SECONDS;
  const evaluator = startEvaluator({
    mailFrom,
    portalUrl: settings.NEXTAUTH_URL,
    label: settings.TENANT_LABEL,
    intervalSeconds,
    onSlot: (_slotMs, result) => {
      if (result.kind !== "judged") return;
      unjudged = unjudgedOf(result.records);
      leftOut = leftOutOf(result.records);
      if (result.mails > 0) delivery.hint();
    },
  });
  const testAlerts = startTestAlerts({
    mailFrom,
    portalUrl: settings.NEXTAUTH_URL,
    onWritten: delivery.hint,
  });
  const migrations = startMigrationMails({
    mailFrom,
    portalUrl: settings.NEXTAUTH_URL,
    label: settings.TENANT_LABEL,
    onWritten: delivery.hint,
    onLooked: ({ tenants, unanswered }) => {
      migrationLooksTotal.inc({ outcome: "good" }, tenants - unanswered);
      migrationLooksTotal.inc({ outcome: "unanswered" }, unanswered);
    },
  });
  const notices = startNotices({
    apiUrl: settings.GITHUB_API_URL,
    token: settings.GITHUB_TOKEN,
    intervalSeconds: settings.NOTICES_INTERVAL_SECONDS,
    onAsked: ({ outcome, unaddressed }) => {
      noticesTotal.inc({ outcome });
      noticesUnaddressed.set(unaddressed);
    },
  });
  const running: Worker[] = [
    delivery,
    evaluator,
    testAlerts,
    migrations,
    notices,
    startRetention(),
    startTenantDeletion(),
  ];
  const stop = async () => {
    await Promise.all(running.map((part) => part.stop()));
  };
  try {
    registerWorkerGauges({
      ...delivery,
      ...evaluator,
      intervalSeconds,
      oldestDue: () => outbox.oldestDue(),
    });
    if (settings.BOUNCE_PORT !== undefined)
      running.push(
        await startBounceReceiver({
          port: settings.BOUNCE_PORT,
          host: settings.BOUNCE_HOST,
          lmtp: settings.BOUNCE_PROTOCOL === "lmtp",
          mailFrom,
          secret,
          bounceDomain,
          onBounce: (action, effect) => bouncesTotal.inc({ action, effect }),
        }),
      );
    if (settings.WORKER_PORT !== undefined) {
      const faults = async () => {
        const idleMs = evaluator.idleMs();
        const late = idleMs === null || idleMs > LATE_INTERVALS * intervalSeconds * 1000;
        const trouble = delivery.trouble();
        return [
          ...(late ? ["No slot could be evaluated lately. The log says why."] : []),
          ...unjudged,
          ...(trouble === null ? [] : [`The mail relay takes no mail: ${trouble}`]),
        ];
      };
      const { WORKER_PORT: port, METRICS_TOKEN: metricsToken } = settings;
      running.push(await startHttp({ port, metricsToken, faults, degraded: () => leftOut }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  log.info({ evaluator: evaluator.id, intervalSeconds }, "The worker evaluates and delivers.");
  return { stop };
}

/** Of the newest slot that this worker judged: which lines it couldn't, and why, in words that name no tenant. */
function unjudgedOf(records: readonly CycleRecord[]): string[] {
  const bad = records.filter(({ outcome }) => outcome !== "good");
  if (bad.length === 0) return [];
  const which = bad.map(({ lineKey, reason }) => `${lineKey} (${reason})`).join(", ");
  return [`Lines could not be judged: ${which}. The log says more.`];
}

/** Of the same slot: for how many tenants a line has no usable metrics, which is theirs and keeps nobody else from being judged. */
function leftOutOf(records: readonly CycleRecord[]): string[] {
  const some = records.filter(({ outcome, unusable }) => outcome === "good" && unusable.length > 0);
  if (some.length === 0) return [];
  const which = some.map(({ lineKey, unusable }) => `${lineKey} (${unusable.length})`).join(", ");
  return [`Tenants whose own metrics can't be used, by line: ${which}. The log names them.`];
}
