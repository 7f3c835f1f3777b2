import { z } from "zod";
import { FaultRefused } from "../platform/faults";

/** The runbooks, by the name of their file. The demo can stage the fault of each. */
export const REHEARSALS = [
  "watchdog",
  "portal-down",
  "no-worker-life-sign",
  "evaluator-late",
  "cycles-failing",
  "lines-unanswered",
  "platform-event",
  "store-unfit",
  "queue-old",
  "relay-refused",
  "bounces-rising",
  "bounces-unreadable",
  "sign-ins-failing",
  "sign-ins-without-capability",
  "requests-failing",
  "database-down",
  "relay-certificate-ending",
  "foreign-answer",
] as const;
export type Rehearsal = (typeof REHEARSALS)[number];

/** What stages the fault, and what is seen then beside the alert. */
export const REHEARSAL_TEXTS: Record<Rehearsal, { staged: string; seen: string }> = {
  watchdog: {
    staged: "Prometheus's line to the receiver outside is cut.",
    seen: "The rule goes on firing, as it always does. The receiver gets nothing and raises the alarm after half a minute.",
  },
  "portal-down": {
    staged: "The web process is frozen.",
    seen: "The portal's pages hang. Alerts by mail go on.",
  },
  "no-worker-life-sign": {
    staged: "The worker is frozen.",
    seen: "Every owner's alerting chain breaks at the evaluator, and green turns grey.",
  },
  "evaluator-late": {
    staged:
      "A transaction holds a lock on the table of the workers' life signs, which every slot begins by writing to.",
    seen: "As without a worker, though it runs; pages can be read.",
  },
  "cycles-failing": {
    staged: "The worker's line to Prometheus is cut. The portal's own line stays.",
    seen: "Every owner's alerting chain breaks at the metrics; nothing is resolved.",
  },
  "lines-unanswered": {
    staged: "The bundle gets another line of restarts, whose metric nobody has.",
    seen: "Every owner's alerting chain breaks at the metrics and names the line; nobody is mailed.",
  },
  "platform-event": {
    staged: "The bundle gets another line of restarts, which every capability breaches at once.",
    seen: "Every owner is mailed, and again when it is over: the alerts end as cancelled.",
  },
  "store-unfit": {
    staged: "The bundle expects a scrape each second, and Prometheus scrapes more rarely.",
    seen: "Within half a minute /readyz of the worker says so, and how often samples come. Owners notice nothing.",
  },
  "queue-old": {
    staged: "The relay is switched off, and a test alert of the canary waits for it.",
    seen: "The test alert is deferred, and relay-refused fires as well, sooner.",
  },
  "relay-refused": {
    staged: "The relay greets everybody with 421, and a test alert of the canary finds it so.",
    seen: "Every owner's alerting chain breaks at the relay; mails wait and none is lost.",
  },
  "bounces-rising": {
    staged: "The mailboxes of all owners but the canary's bounce, and each of these is sent a test alert.",
    seen: "Each owner's chain breaks at the address. Afterwards another test alert proves it good, within a quarter of an hour.",
  },
  "bounces-unreadable": {
    staged: "One owner's mailbox answers in words that no program can read, and a test alert goes to it.",
    seen: "That owner's chain breaks at the address: something came back. npm run unread-bounces prints it.",
  },
  "sign-ins-failing": {
    staged: "The identity provider answers with errors, and a sign-in is begun every few seconds.",
    seen: "The sign-in page says that the sign-in service can't be reached. Who is signed in keeps access for up to an hour.",
  },
  "sign-ins-without-capability": {
    staged: "An account of whom the identity provider names no capability signs in every few seconds.",
    seen: "Its page says what the sign-in service sent, with a reference that the portal's log has, too.",
  },
  "requests-failing": {
    staged:
      "The portal's own line to Prometheus is cut, and an owner who is signed in asks for a chart every two seconds.",
    seen: "Each of these answers is 503. Pages show what was last known, and say so. The worker's line stays: alerts go on.",
  },
  "database-down": {
    staged: "The database takes no connections any more, and those that stand are ended.",
    seen: "Pages say that nothing can be shown; with one open, requests fail. Portal and worker live on.",
  },
  "relay-certificate-ending": {
    staged:
      "The relay begins anew with a certificate that ends in three days, and a test alert of the canary finds it so.",
    seen: "Mails leave as before: only the alert shows it.",
  },
  "foreign-answer": {
    staged:
      "The portal's line to Prometheus leads through a front end that answers each owner with another's series, and an owner who is signed in looks every two seconds.",
    seen: "The portal drops each of these answers: pages show what was last known, and nothing foreign. The alert lasts for six minutes after the last one.",
  },
};

/** The name of a runbook's rule. */
export const ruleAlertOf = (runbook: string) =>
  `Watchpost${runbook.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;

export class RehearsalRefused extends FaultRefused {
  override name = "RehearsalRefused";
}

const changeSchema = z.strictObject({ runbook: z.string(), on: z.enum(["on", "off"]) });

/**
 * Reads a change from a command line, a form or a JSON body.
 * @throws RehearsalRefused with a sentence that names the wrong word and lists the right ones
 */
export function parseRehearsal(input: unknown): { runbook: Rehearsal; on: boolean } {
  const parsed = changeSchema.safeParse(input);
  if (!parsed.success)
    throw new RehearsalRefused("A rehearsal has a runbook, and on or off, such as: relay-refused on.");
  const { runbook, on } = parsed.data;
  const found = REHEARSALS.find((name) => name === runbook);
  if (found) return { runbook: found, on: on === "on" };
  throw new RehearsalRefused(`"${runbook}" is no runbook. The runbooks: ${REHEARSALS.join(", ")}.`);
}
