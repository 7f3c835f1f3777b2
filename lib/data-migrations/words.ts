import type { RerunContract, Resource } from "@/lib/catalogue/migration";
import { formatDuration, formatValue, plainNumber } from "@/lib/wording/format";
import type { Estimate, NoEstimate } from "./estimate";
import type { ReportedFact } from "./facts";
import type { Counted } from "./progress";
import type { Usage } from "./usage";
import { RESOURCE_NAMES, type RunView } from "./view";

/** A whole number with its thousands set off. */
export const count = (value: number): string => plainNumber(value, Number.isInteger(value) ? 0 : 1);

/** How a run stands, in one word and a sentence. `stalled` and `silent` are running ones that need a look. */
export type RunStatus = "waiting" | "running" | "stalled" | "silent" | "succeeded" | "failed" | "gone";

export function runStatusOf({
  state,
  stalledSinceMs,
  silentSinceMs,
}: Pick<RunView, "state" | "stalledSinceMs" | "silentSinceMs">): RunStatus {
  if (state !== "running") return state;
  if (silentSinceMs !== null) return "silent";
  return stalledSinceMs === null ? "running" : "stalled";
}

export const RUN_STATUS_WORDS: Record<RunStatus, string> = {
  waiting: "Waiting",
  running: "Running",
  stalled: "Stalled",
  silent: "Silent",
  succeeded: "Succeeded",
  failed: "Failed",
  gone: "Gone",
};

export const NO_DEADLINE = "Hours or days are normal; there is no deadline.";

export const RUN_STATUS_SENTENCES: Record<RunStatus, string> = {
  waiting: "The job exists, but doesn't run yet.",
  running: `The job is running. ${NO_DEADLINE}`,
  stalled: "The job is running, but its counts haven't changed for a while.",
  silent: "The job is running, but no longer reports its progress.",
  succeeded: "The job reports that it succeeded. Check that the data is right.",
  failed: "The job failed.",
  gone: "The job no longer exists, and never reported how it ended.",
};

export const RERUN_WORDS: Record<RerunContract, string> = {
  "safe-on-existing-data": "It may run again on the data that is there.",
  "destination-must-be-empty": "Before it runs again, the destination must be empty.",
};

const NO_ESTIMATE_WORDS: Record<NoEstimate, string | null> = {
  "not-running": null,
  "no-whole": "None: the job does not say of how much.",
  "too-early": "None yet: too little is done for an estimate.",
  uneven: "None: it goes at such different speeds that any time would be a guess.",
  standing: "None: nothing was done lately.",
  silent: "None: the job does not report now.",
  "all-done": "None: everything is done, as reported, and the job has not ended yet.",
};

/** Why there is no estimate, or how long it still takes; null where the run doesn't run. */
export function estimateWords(estimate: Estimate, nowMs: number): string | null {
  if (estimate.kind === "none") return NO_ESTIMATE_WORDS[estimate.reason];
  const { fromMs, atMs, toMs } = estimate;
  return `About ${roughly(atMs - nowMs)} more: between ${roughly(fromMs - nowMs)} and ${roughly(toMs - nowMs)}.`;
}

/** An estimate isn't exact to the second, nor to the minute where it is hours. */
function roughly(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const step = minutes > 600 ? 60 : minutes > 120 ? 10 : minutes > 30 ? 5 : 1;
  return formatDuration(Math.round(minutes / step) * step * 60_000);
}

/** "31,204 of 48,210 photos", "12 GB of 40 GB". */
export function doneWords({ done, expected }: Counted, what: { bytes: true } | { items: string }): string {
  if ("bytes" in what) {
    const whole = expected === null ? "" : ` of ${formatValue(expected, "bytes")}`;
    return `${formatValue(done, "bytes")}${whole}`;
  }
  return `${count(done)}${expected === null ? "" : ` of ${count(expected)}`} ${what.items}`;
}

/** "12 photos a minute", "4.2 MB a second"; null where it isn't known. */
export function rateWords({ perSecond }: Counted, what: { bytes: true } | { items: string }): string | null {
  if (perSecond === null) return null;
  if ("bytes" in what) return `${formatValue(perSecond, "bytes")} a second`;
  for (const [unit, seconds] of [
    ["second", 1],
    ["minute", 60],
    ["hour", 3_600],
  ] as const) {
    if (perSecond * seconds >= 2 || (unit === "hour" && perSecond > 0))
      return `${count(Math.round(perSecond * seconds * 10) / 10)} ${what.items} ${unit === "hour" ? "an" : "a"} ${unit}`;
  }
  return `no ${what.items}`;
}

/** The share as it was reported: never rounded up to 100 %, never cut down to it. */
export const shareWords = (share: number): string => formatValue(share, "share");

const UNITS: Record<Resource, "cores" | "bytes"> = {
  cpuCores: "cores",
  memoryBytes: "bytes",
  storageBytes: "bytes",
};

export const amount = (value: number | null, resource: Resource): string =>
  formatValue(value, UNITS[resource]);

/** How the use of a resource stands to what was agreed, in a sentence. */
export function usageWords({ resource, peak, declared, steady, most, passed }: Usage): string {
  const name = RESOURCE_NAMES[resource];
  if (!peak) return `${name}: nothing was measured.`;
  const notified = (value: number) => amount(value, resource);
  if (passed === "most")
    return `${name} reached ${notified(peak.value)}: more than the ${notified(declared)} that were declared, and more than twice the steady state of ${notified(steady)}, which the platform does not allow.`;
  if (passed === "declared")
    return `${name} reached ${notified(peak.value)}: more than the ${notified(declared)} that were declared, and within twice the steady state (${notified(most)}).`;
  return `${name} stayed within the ${notified(declared)} that were declared. The most was ${notified(peak.value)}.`;
}

const FACT_NAMES: Record<ReportedFact, string> = {
  itemsDone: "number of items done",
  itemsExpected: "number of items in all",
  bytesDone: "number of bytes done",
  bytesExpected: "number of bytes in all",
  ratio: "done share",
  errors: "number of errors",
};

function factAmount(value: number, fact: ReportedFact): string {
  if (fact === "ratio") return shareWords(value);
  return fact === "bytesDone" || fact === "bytesExpected" ? formatValue(value, "bytes") : count(value);
}

/** What is odd about a job's reports, as a sentence without its time. */
export function oddityWords(oddity: RunView["oddities"][number]): { text: string; atMs: number | null } {
  switch (oddity.kind) {
    case "same-name":
      return {
        text: "Two jobs have this name at the same time, in different places. Their reports can’t be separated.",
        atMs: null,
      };
    case "above-whole":
      return {
        text: `The job reports ${shareWords(oddity.share)}, which is more than the whole.`,
        atMs: null,
      };
    case "not-a-number":
      return { text: `The ${FACT_NAMES[oddity.fact]} that the job reports is no number.`, atMs: null };
    case "negative":
      return { text: `The ${FACT_NAMES[oddity.fact]} that the job reports is below zero.`, atMs: null };
    case "went-back":
    case "expected-changed": {
      const { fact, from, to, atMs } = oddity;
      const verb = oddity.kind === "went-back" ? "went back" : "changed";
      return {
        text: `The ${FACT_NAMES[fact]} ${verb} from ${factAmount(from, fact)} to ${factAmount(to, fact)}`,
        atMs,
      };
    }
  }
}

/** Where the time of an error isn't trusted. */
export const ERROR_IN_FUTURE = "at a time that the job's clock puts in the future";

/** How far a run got, in a sentence. */
export function howFarWords({ progress, migration }: Pick<RunView, "progress" | "migration">): string {
  if (!progress) return "The job reported no progress.";
  const parts = [
    ...(progress.items ? [doneWords(progress.items, { items: migration.items })] : []),
    ...(progress.bytes ? [doneWords(progress.bytes, { bytes: true })] : []),
  ];
  const share = progress.share === null ? "" : shareWords(progress.share);
  if (parts.length === 0) return `${share}.`;
  return `${parts.join(", ")}${share && ` (${share})`}.`;
}
