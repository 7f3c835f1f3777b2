import { Counter, Gauge, Histogram } from "prom-client";
import { BOUNCE_ACTIONS } from "@/lib/delivery/smtp/bounce-outcome";
import { OUTCOME_CLASSES } from "@/lib/delivery/smtp/outcome-class";
import type { QueueAge } from "@/lib/delivery/store";
import { oneQuestion } from "@/lib/infra/one-question";

/** Cycles by line and by what they came to; `reason` is empty for a good one. */
export const cyclesTotal = new Counter({
  name: "watchpost_cycles_total",
  help: "Evaluation cycles of a judged line that this worker wrote, by outcome",
  labelNames: ["line", "outcome", "reason"],
});

/** Each of them is judged as one without data, and keeps nobody else from being judged. */
export const lineUnusableTenants = new Gauge({
  name: "watchpost_line_unusable_tenants",
  help: "Tenants whose own metrics can't be used for a line in the newest slot: native histograms, no numbers, several series",
  labelNames: ["line"],
});

/** The finding is one of a closed list (alerting/doctor/diagnose-setup.ts), and so is its kind: wrong or note. */
export const storeFindings = new Gauge({
  name: "watchpost_store_findings",
  help: "What is wrong with the metrics store's set-up, or worth a note, by the newest look at it",
  labelNames: ["finding", "kind"],
});

export const storeInfo = new Gauge({
  name: "watchpost_store_info",
  help: "1 for the kind and the version that the metrics store says it is",
  labelNames: ["kind", "version"],
});

export const storeLookedTimestamp = new Gauge({
  name: "watchpost_store_looked_timestamp_seconds",
  help: "When this worker last looked at the metrics store's set-up; 0: not yet",
});

export const slotsTotal = new Counter({
  name: "watchpost_slots_total",
  help: "Slots by what became of them in this worker: judged, lost to another worker, missed, given up as late, kept from being written by a wrong clock, or an error",
  labelNames: ["result"],
});

export const lossesTotal = new Counter({
  name: "watchpost_database_losses_total",
  help: "How often this worker found that the database had lost a slot that it had confirmed, as after an asynchronous failover",
});

export const cycleSeconds = new Histogram({
  name: "watchpost_cycle_duration_seconds",
  help: "Time that a slot took, by stage: ask, plan, attribute, compose, write, and all of it",
  labelNames: ["stage"],
  buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
});

/** The question is one of a closed list (alerting/runtime/budget.ts). */
export const followUpsCutTotal = new Counter({
  name: "watchpost_follow_ups_cut_total",
  help: "How often questions after a cycle's own were cut for want of time, by question",
  labelNames: ["question"],
});

/** Of the newest slot, where this worker judged it. */
export const platformEventCapabilities = new Gauge({
  name: "watchpost_platform_event_capabilities",
  help: "Capabilities that began to alert within the last five minutes, during a platform event; else 0",
});

export const slotLagSeconds = new Histogram({
  name: "watchpost_slot_lag_seconds",
  help: "Time from a slot's scheduled time to the commit of its judgement",
  buckets: [0.1, 0.3, 1, 3, 10, 30, 60],
});

export const mailsWrittenTotal = new Counter({
  name: "watchpost_mails_written_total",
  help: "Mails written into the outbox by the evaluator, by kind",
  labelNames: ["kind"],
});

/** with-hour: with what was in the hour before, pictures included. */
export const mailsRenderedTotal = new Counter({
  name: "watchpost_mails_rendered_total",
  help: "Mails of alerts that this worker rendered, by form: with the hour before and its pictures, without it, or as a short text",
  labelNames: ["form"],
});
for (const form of ["with-hour", "without-hour", "short"]) mailsRenderedTotal.inc({ form }, 0);

export const sendsTotal = new Counter({
  name: "watchpost_sends_total",
  help: "Tries to send a mail, by what came of them",
  labelNames: ["outcome"],
});
// From 0 on, here and below, so that the first one is an increase.
for (const outcome of OUTCOME_CLASSES) sendsTotal.inc({ outcome }, 0);

export const bouncesTotal = new Counter({
  name: "watchpost_bounces_total",
  help: "Bounces received, by what they say and by what they changed",
  labelNames: ["action", "effect"],
});
for (const action of BOUNCE_ACTIONS) bouncesTotal.inc({ action, effect: "recorded" }, 0);

export const migrationLooksTotal = new Counter({
  name: "watchpost_migration_looks_total",
  help: "Looks at one tenant's migrations for what is to be mailed, by whether all of it could be asked",
  labelNames: ["outcome"],
});

export const noticesTotal = new Counter({
  name: "watchpost_notices_reads_total",
  help: "Tries to read the operator's issues, by what came of them",
  labelNames: ["outcome"],
});

/** The operator's mistake: an issue that was meant for somebody, and reaches nobody. */
export const noticesUnaddressed = new Gauge({
  name: "watchpost_notices_unaddressed",
  help: "Issues with a notice's label that name no tenant that there is, so that no owner sees them",
});

/** Well within the time that Prometheus gives a scrape. */
const QUEUE_WITHIN_MS = 2_000;

/** What is asked for when the metrics are read. */
export function registerWorkerGauges(read: {
  intervalSeconds: number;
  breaker: () => string;
  certificateEndsAtMs: () => number | null;
  oldestDue: () => Promise<QueueAge>;
  lastSlotMs: () => number | null;
}): void {
  new Gauge({
    name: "watchpost_relay_breaker",
    help: "The circuit breaker of the relay: 1 for the state that it is in",
    labelNames: ["state"],
    collect() {
      for (const state of ["closed", "open", "probing"])
        this.set({ state }, read.breaker() === state ? 1 : 0);
    },
  });
  new Gauge({
    name: "watchpost_relay_certificate_expiry_timestamp_seconds",
    help: "When the certificate that the relay showed last ends; missing where the relay speaks without TLS",
    collect() {
      const endsAtMs = read.certificateEndsAtMs();
      if (endsAtMs === null)
        this.remove(); // the metric would say 1970
      else this.set(endsAtMs / 1000);
    },
  });
  new Gauge({
    name: "watchpost_evaluation_interval_seconds",
    help: "How far apart the slots are that this worker evaluates",
  }).set(read.intervalSeconds);
  registerQueueGauges(read.oldestDue);
  new Gauge({
    name: "watchpost_last_slot_timestamp_seconds",
    help: "The newest slot that this worker has worked on; 0: none yet",
    collect() {
      const lastMs = read.lastSlotMs();
      if (lastMs !== null) this.set(lastMs / 1000);
    },
  });
}

/** The three gauges of one reading share its one question. */
function registerQueueGauges(oldestDue: () => Promise<QueueAge>): void {
  const queueNow = oneQuestion(oldestDue, QUEUE_WITHIN_MS);
  const ofQueue = (name: string, help: string, part: (queue: QueueAge) => number) =>
    new Gauge({
      name,
      help,
      async collect() {
        const queue = await queueNow();
        this.set(queue ? part(queue) : Number.NaN); // the database is away: not known is not zero
      },
    });
  ofQueue("watchpost_mails_due", "Mails that could leave now, of all tenants", ({ due }) => due);
  ofQueue(
    "watchpost_mails_oldest_due_seconds",
    "For how long the oldest of them has waited",
    ({ waitedMs }) => waitedMs / 1000,
  );
  ofQueue(
    "watchpost_mails_oldest_undelivered_seconds",
    "How old the oldest mail is that waits for a worker or the relay, and for no recipient's sake",
    ({ undeliveredMs }) => undeliveredMs / 1000,
  );
}
