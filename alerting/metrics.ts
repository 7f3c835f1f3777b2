import { Counter, Histogram } from "prom-client";

/** Cycles by line and by what they came to; `reason` is empty for a good one. */
export const cyclesTotal = new Counter({
  name: "watchpost_cycles_total",
  help: "Evaluation cycles of a judged line that this worker wrote, by outcome",
  labelNames: ["line", "outcome", "reason"],
});

export const slotsTotal = new Counter({
  name: "watchpost_slots_total",
  help: "Slots by what became of them in this worker: judged, lost to another worker, missed, or an error",
  labelNames: ["result"],
});

export const cycleSeconds = new Histogram({
  name: "watchpost_cycle_duration_seconds",
  help: "Time that a slot took, by stage: ask, plan, compose, write, and all of it",
  labelNames: ["stage"],
  buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
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
