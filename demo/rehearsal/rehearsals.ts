import { z } from "zod";
import { FaultRefused } from "../platform/faults";

/** The runbooks whose fault the demo can stage, by the name of their file. */
export const REHEARSALS = [
  "portal-down",
  "no-worker-life-sign",
  "evaluator-late",
  "cycles-failing",
  "queue-old",
  "relay-refused",
  "bounces-rising",
  "sign-ins-failing",
  "database-down",
] as const;
export type Rehearsal = (typeof REHEARSALS)[number];

/** What stages the fault, and what is seen then beside the alert. */
export const REHEARSAL_TEXTS: Record<Rehearsal, { staged: string; seen: string }> = {
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
  "queue-old": {
    staged: "The relay is switched off, and a test alert of the canary waits for it.",
    seen: "The test alert is put off, and the relay is refused as well.",
  },
  "relay-refused": {
    staged: "The relay greets everybody with 421, and a test alert of the canary finds it so.",
    seen: "Every owner's alerting chain breaks at the relay; mails wait and none is lost.",
  },
  "bounces-rising": {
    staged: "The mailboxes of all owners bounce, and each owner is sent a test alert.",
    seen: "Each owner's chain breaks at the address. Afterwards another test alert proves it good, within a quarter of an hour.",
  },
  "sign-ins-failing": {
    staged: "The identity provider answers with errors, and a sign-in is begun every few seconds.",
    seen: "The sign-in page says that the sign-in service can't be reached. Who is signed in stays so.",
  },
  "database-down": {
    staged: "The database takes no connections any more, and those that stand are ended.",
    seen: "Pages say that nothing can be shown; with one open, requests fail. Portal and worker live on.",
  },
};

/** Runbooks whose fault the demo doesn't stage, and why. */
export const NOT_REHEARSED: Record<string, string> = {
  watchdog:
    "The demo has no Alertmanager and no receiver outside, and the rule fires without being staged. Rehearse it where you run: stop Alertmanager for as long as your receiver waits.",
  "requests-failing":
    "Only a signed-in page's requests count. Open one and rehearse database-down: then both may fire.",
  "relay-certificate-ending":
    "The demo's relay speaks plain SMTP. A certificate that the worker trusts would have to be put into this machine's trust.",
  "foreign-answer": "It takes a Prometheus that answers wrongly, and the demo's is a real one.",
};

/** The name of a runbook's rule. */
export const alertOf = (runbook: string) =>
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
  const reason = Object.entries(NOT_REHEARSED).find(([name]) => name === runbook)?.[1];
  if (reason) throw new RehearsalRefused(`"${runbook}" can't be staged here. ${reason}`);
  throw new RehearsalRefused(
    `"${runbook}" is no runbook. Those that can be staged: ${REHEARSALS.join(", ")}.`,
  );
}
