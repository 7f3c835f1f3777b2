import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { EventKind } from "@/lib/evaluation/event-kinds";
import { formatDuration } from "./format";

type Restart = Extract<CapabilityEvent, { kind: "restart" }>;

/** The reason of a restart as Kubernetes names it, in an owner's words. What isn't known here is passed on as it is. */
function restartReason({ reason, exitCode }: Restart): string {
  const code = exitCode === null ? "" : ` (exit code ${exitCode})`;
  switch (reason) {
    case "OOMKilled":
      return "out of memory";
    case "Error":
      return `ended with an error${code}`;
    case "Completed":
      return `ended by itself${code}`;
    case "ContainerCannotRun":
    case "StartError":
      return `could not start${code}`;
    case "Evicted":
      return "evicted from its node";
    case "NodeLost":
    case "NodeShutdown":
      return "its node went away";
    case "DeadlineExceeded":
      return "ran out of its time limit";
    case "":
    case "Unknown":
      return `reason not known${code}`;
    default:
      return `${reason}${code}`;
  }
}

/** What happened, in one line: "Deployed 1.4.2", "photos restarted: out of memory". */
export function eventWords(event: CapabilityEvent): string {
  switch (event.kind) {
    case "deployment":
      return `Deployed ${event.version}`;
    case "threshold-edit":
      return `${event.name} threshold: ${event.to}, was ${event.from}`;
    case "restart":
      return `${event.container} restarted: ${restartReason(event)}`;
    case "alert":
      return event.end ? `${event.name} ${alertEndWords(event.end)}` : `${event.name} alert`;
    case "notice":
      return event.edge === "opened"
        ? `Operator: ${event.title} (#${event.number})`
        : `Operator closed #${event.number}: ${event.title}`;
  }
}

type AlertEnd = NonNullable<Extract<CapabilityEvent, { kind: "alert" }>["end"]>;

function alertEndWords({ afterMs, reason }: AlertEnd): string {
  const after = formatDuration(afterMs);
  switch (reason) {
    case "recovered":
      return `recovered after ${after}`;
    case "cancelled":
      return `alert ended after ${after}: no longer watched`;
    case "expired":
      return `alert ended after ${after}: no data for a day`;
    case "offboarded":
      return `alert ended after ${after}: no longer live`;
    case "evicted":
      return `alert ended after ${after}: not serving by agreement`;
  }
}

/** Several of a kind. */
export const EVENT_KIND_WORDS: Record<EventKind, string> = {
  deployment: "deployments",
  restart: "restarts",
  alert: "alerts",
  "threshold-edit": "threshold edits",
  notice: "notices",
};

/** Several events of one kind that share a marker. */
export function eventsWords(events: readonly CapabilityEvent[]): string {
  const [first] = events;
  if (!first) return "";
  if (events.length === 1) return eventWords(first);
  const last = events.at(-1) ?? first;
  return `${events.length} ${EVENT_KIND_WORDS[first.kind]}, the last: ${eventWords(last)}`;
}

/** Events that are shown in one line: the same container restarting for the same reason, with nothing else in between. */
export type EventRun = { events: CapabilityEvent[]; firstAtMs: number; lastAtMs: number };

/** Runs of like events, newest first, so that a crash loop is one line and not a page. */
export function consecutiveRunsOf(events: readonly CapabilityEvent[]): EventRun[] {
  const runs: EventRun[] = [];
  for (const event of events.toSorted((a, b) => b.atMs - a.atMs)) {
    const run = runs.at(-1);
    const newest = run?.events[0];
    if (run && newest && event.kind === "restart" && eventWords(event) === eventWords(newest)) {
      run.events.push(event);
      run.firstAtMs = event.atMs;
    } else {
      runs.push({ events: [event], firstAtMs: event.atMs, lastAtMs: event.atMs });
    }
  }
  return runs;
}

/** "photos restarted 18 times: out of memory" */
export function runWords({ events }: EventRun): string {
  const [newest] = events;
  if (!newest) return "";
  if (newest.kind !== "restart" || events.length === 1) return eventWords(newest);
  return `${newest.container} restarted ${events.length} times: ${restartReason(newest)}`;
}
