import { startBounceReceiver } from "@/alerting/bounces/bounces";
import { startMigrationMails } from "@/alerting/data-migrations/data-migrations";
import { type Delivery, startDelivery } from "@/alerting/deliver/deliver";
import { ehloNameOf } from "@/alerting/deliver/ehlo-name";
import { lostRecordMail } from "@/alerting/deliver/lost-record";
import { createLossMending } from "@/alerting/deliver/mend-losses";
import { startAddressWatch } from "@/alerting/deliver/watch-addresses";
import { startStoreWatch } from "@/alerting/doctor/watch-store";
import { type Evaluator, startEvaluator } from "@/alerting/evaluate/evaluate";
import { startRetention } from "@/alerting/housekeeping/retention";
import { startTenantDeletion } from "@/alerting/housekeeping/tenant-deletion";
import { startNotices } from "@/alerting/notices/notices";
import { startRendering } from "@/alerting/render/render";
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
import { type PlatformEvent, platformEventWords } from "@/lib/alerts/platform-event";
import { createLosses } from "@/lib/delivery/losses/store";
import { outbox } from "@/lib/delivery/store";
import { environment, prometheusAddress, workerEnvironment } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";
import { asciiDomainOf } from "@/lib/infra/mail-address";
import { openFilesShortage } from "@/lib/infra/open-files";
import { createLiveness } from "@/lib/readiness/liveness";
import { readinessStore } from "@/lib/readiness/store";
import { startHttp } from "./http";

/** Slots without one that could be worked on, after which the worker says that it isn't ready. */
const LATE_INTERVALS = 3;

/** A worker is to be restarted when it got nothing done for this long, although the database answers others. */
const STUCK_INTERVALS = 4;
const STUCK_AT_LEAST_MS = 60_000;

export type Worker = { stop(): Promise<void> };

type Settings = ReturnType<typeof environment> & ReturnType<typeof workerEnvironment>;

/**
 * Starts all that the worker does: evaluate, render, deliver (which checks the relay), ask the relay about addresses outside ASCII, write
 * test alerts and mails about data migrations, read the operator's notices, look at the metrics store's set-up, receive bounces, delete
 * what is old and the tenants whose 30 days are over, and serve health and metrics.
 * @throws EnvironmentError, SmtpUrlError, MailContentError or PrometheusSettingsError where the settings can't be used
 */
export async function startWorker(): Promise<Worker> {
  const settings: Settings = { ...environment(), ...workerEnvironment() };
  const delivery = deliver(settings);
  const newest = createNewestSlot();
  const { MAIL_FROM: mailFrom, TENANT_LABEL: label } = settings;
  const rendering = startRendering({ mailFrom, label, onRendered: delivery.hint });
  const evaluator = evaluate(settings, newest, rendering.hint);
  const watch = startStoreWatch({ address: prometheusAddress(), label });
  const addresses = startAddressWatch({ smtpUrl: settings.SMTP_URL, ehloName: ehloNameFor(settings) });
  const others = startOthers(settings, delivery.hint);
  const running: Worker[] = [delivery, rendering, evaluator, watch, addresses, ...others];
  const stop = async () => {
    await Promise.all(running.map((part) => part.stop()));
  };
  const { EVALUATION_INTERVAL_SECONDS: intervalSeconds } = settings;
  try {
    registerWorkerGauges({ ...delivery, ...evaluator, intervalSeconds, oldestDue: () => outbox.oldestDue() });
    if (settings.BOUNCE_PORT !== undefined)
      running.push(await receiveBounces(settings, settings.BOUNCE_PORT));
    if (settings.WORKER_PORT !== undefined) {
      const { WORKER_PORT: port, METRICS_TOKEN: metricsToken } = settings;
      const faults = async () => faultsOf(settings, delivery, evaluator, newest);
      const isAlive = createLiveness(
        { stuckMs: evaluator.stuckMs, isDatabaseReachable: readinessStore.isAnsweringAnew },
        Math.max(STUCK_AT_LEAST_MS, STUCK_INTERVALS * intervalSeconds * 1000),
      );
      const degraded = () => [
        ...newest.degraded(),
        ...lossOf(evaluator),
        ...refusedSome(delivery),
        ...watch.findings(),
        ...addresses.findings(),
        ...oneOrNone(openFilesShortage()),
      ];
      running.push(await startHttp({ port, metricsToken, faults, isAlive, degraded }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const shortage = openFilesShortage();
  if (shortage !== null) log.warn(shortage);
  log.info({ evaluator: evaluator.id, intervalSeconds }, "The worker evaluates and delivers.");
  return { stop };
}

/** How mails leave and bounces come back, as delivery and the bounce receiver must both have it. */
const postal = ({ MAIL_FROM, NEXTAUTH_SECRET, BOUNCE_DOMAIN }: Settings) => ({
  mailFrom: MAIL_FROM,
  secret: NEXTAUTH_SECRET,
  bounceDomain: BOUNCE_DOMAIN && asciiDomainOf(BOUNCE_DOMAIN),
});

const ehloNameFor = ({ NEXTAUTH_URL, MAIL_FROM }: Settings) => ehloNameOf(NEXTAUTH_URL, MAIL_FROM);

const deliver = (settings: Settings): Delivery =>
  startDelivery({
    ...postal(settings),
    smtpUrl: settings.SMTP_URL,
    mending: mendLosses(settings),
    ehloName: ehloNameFor(settings),
    onOutcome: (_mail, outcome) => sendsTotal.inc({ outcome: outcome.class }),
  });

const mendLosses = ({ MAIL_FROM: mailFrom, NEXTAUTH_URL: portalUrl }: Settings) =>
  createLossMending({
    losses: createLosses(),
    enqueue: outbox.enqueue,
    endOf: (thread, told) => lostRecordMail(thread, told, { mailFrom, portalUrl }),
    clock: { nowMs: () => performance.now() },
  });

const receiveBounces = (settings: Settings, port: number) =>
  startBounceReceiver({
    ...postal(settings),
    port,
    host: settings.BOUNCE_HOST,
    lmtp: settings.BOUNCE_PROTOCOL === "lmtp",
    onBounce: (action, effect) => bouncesTotal.inc({ action, effect }),
  });

const evaluate = (settings: Settings, newest: NewestSlot, onWritten: () => void): Evaluator =>
  startEvaluator({
    mailFrom: settings.MAIL_FROM,
    portalUrl: settings.NEXTAUTH_URL,
    label: settings.TENANT_LABEL,
    intervalSeconds: settings.EVALUATION_INTERVAL_SECONDS,
    onSlot: (_slotMs, result) => {
      if (result.kind !== "judged") return;
      newest.take(result.records, result.event);
      if (result.mails > 0) onWritten();
    },
  });

/** What neither evaluates nor delivers. @param onWritten called when a mail was written */
function startOthers(settings: Settings, onWritten: () => void): Worker[] {
  const { MAIL_FROM: mailFrom, NEXTAUTH_URL: portalUrl } = settings;
  const testAlerts = startTestAlerts({ mailFrom, portalUrl, onWritten });
  const migrations = startMigrationMails({
    mailFrom,
    portalUrl,
    label: settings.TENANT_LABEL,
    onWritten,
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
  return [testAlerts, migrations, notices, startRetention(), startTenantDeletion()];
}

/** What /readyz says of the newest slot that this worker judged. */
type NewestSlot = {
  take(records: readonly CycleRecord[], event: PlatformEvent | null): void;
  unjudged(): string[];
  /** What the operator should know, although this worker is ready. */
  degraded(): string[];
};

function createNewestSlot(): NewestSlot {
  let unjudged: string[] = [];
  let degraded: string[] = [];
  return {
    take: (records, event) => {
      unjudged = unjudgedOf(records);
      degraded = [...(event ? [platformEventWords(event)] : []), ...leftOutOf(records)];
    },
    unjudged: () => unjudged,
    degraded: () => degraded,
  };
}

/** Why the worker isn't ready, in sentences. */
function faultsOf(
  { EVALUATION_INTERVAL_SECONDS }: Settings,
  delivery: Delivery,
  evaluator: Evaluator,
  newest: NewestSlot,
): string[] {
  const idleMs = evaluator.idleMs();
  const late = idleMs === null || idleMs > LATE_INTERVALS * EVALUATION_INTERVAL_SECONDS * 1000;
  const trouble = delivery.trouble();
  return [
    ...(late
      ? [`No slot could be evaluated lately. ${evaluator.awaySentence() ?? "The log says why."}`]
      : []),
    ...newest.unjudged(),
    ...(trouble === null ? [] : [`The mail relay isn't accepting mail: ${trouble}`]),
  ];
}

const LOSS_REPORTED_FOR_MS = 3_600_000;

function lossOf({ lossNoticedMs }: Evaluator): string[] {
  const agoMs = lossNoticedMs();
  if (agoMs === null || agoMs > LOSS_REPORTED_FOR_MS) return [];
  return [
    "The database lost judgements that it had confirmed: mails may have left without a record. The log says when.",
  ];
}

const oneOrNone = (sentence: string | null): string[] => (sentence === null ? [] : [sentence]);

/** What is said besides, where the relay takes other mails. */
function refusedSome(delivery: Delivery): string[] {
  const refusal = delivery.trouble() === null ? delivery.refusal() : null;
  return refusal === null ? [] : [`The mail relay refuses some mails: ${refusal}`];
}

/** Which lines this worker couldn't judge in the newest slot that it judged, and why, in words that name no tenant. */
function unjudgedOf(records: readonly CycleRecord[]): string[] {
  const bad = records.filter(({ outcome }) => outcome !== "good");
  if (bad.length === 0) return [];
  const which = bad.map(({ lineKey, reason }) => `${lineKey} (${reason})`).join(", ");
  return [`Lines could not be judged: ${which}. The log says more.`];
}

/** For how many tenants a line has no usable metrics in that slot. That is theirs, and everybody else is judged. */
function leftOutOf(records: readonly CycleRecord[]): string[] {
  const some = records.filter(({ outcome, unusable }) => outcome === "good" && unusable.length > 0);
  if (some.length === 0) return [];
  const which = some.map(({ lineKey, unusable }) => `${lineKey} (${unusable.length})`).join(", ");
  return [`Tenants whose own metrics can't be used, by line: ${which}. The log names them.`];
}
