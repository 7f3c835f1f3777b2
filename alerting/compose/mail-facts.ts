import type { JudgedLine } from "@/alerting/fleet/questions";
import { listsChanges } from "@/alerting/mail/kinds";
import type { Alert } from "@/lib/alerts/alert";
import type { TenantAddress } from "@/lib/alerts/ledger/store";
import type { MailFacts, MailLine, RecentThresholdEdit } from "@/lib/alerts/mail-facts";
import type { MailTopic, PlannedMail } from "@/lib/alerts/mails";
import { nextReminderAtMs } from "@/lib/alerts/reminders";
import { reasonWords } from "@/lib/attribution/reason-words";
import type { MailVerdict } from "@/lib/attribution/verdict";
import { isLineOfPods, type Threshold, type Unit } from "@/lib/catalogue/bundle";
import type { Platform } from "@/lib/catalogue/platform";
import type { Breakdown } from "@/lib/evaluation/breakdown";
import type { LineKey } from "@/lib/evaluation/effective";
import { breaches } from "@/lib/evaluation/threshold";
import type { ListedWaiting } from "@/lib/evaluation/waiting";
import { worstPartInWords } from "@/lib/wording/breakdown-words";
import { partInWords } from "@/lib/wording/part-words";
import { waitingInWords } from "@/lib/wording/waiting-words";
import { lineNamesOf } from "./line-names";
import { mailLinks } from "./mail-links";

/** What is known of the mail's tenant and slot. */
export type MailSources = {
  /** The slot that the mail reports. */
  slotMs: number;
  /** NEXTAUTH_URL. */
  portalUrl: string;
  platform: Pick<Platform, "infraRepositoryUrl">;
  tenant: TenantAddress;
  lines: ReadonlyMap<LineKey, JudgedLine>;
  thresholdOf(lineKey: LineKey): Threshold | undefined;
  valueOf(lineKey: LineKey): number | null;
  /** Whose problem an alert looks like; null where nothing was said of it. */
  verdictOf(alertId: string): MailVerdict | null;
  /** What the slot's evidence knows of the hour before; null where it wasn't asked, or could not be. */
  changes: Changes | null;
  /** What keeps pods from running. null: it could not be read; undefined: nobody asked. */
  waiting: ListedWaiting | null | undefined;
  /** The worst parts of a line that has just fired; undefined where nobody asked, or nobody answered in time. */
  partsOf(lineKey: LineKey): Breakdown | undefined;
  /** The threshold edits of the hour before. */
  edits: RecentThresholdEdit[];
  /** Who switched off what the mail reports; undefined where nobody is known to have. */
  by: string | undefined;
};

/** Deployments and restarts of the hour before, each null where it could not be read. */
export type Changes = {
  deployments: MailFacts["deployments"];
  restarts: Exclude<MailFacts["restarts"], undefined>;
};

/**
 * Everything that a planned mail says, so that its owner can start without opening anything. Nothing is asked for: pictures, and what
 * the slot's evidence didn't know, are added when it is rendered.
 */
export function contentOf(sources: MailSources, mail: PlannedMail): MailFacts {
  const { slotMs, tenant, lines, changes } = sources;
  const withChanges = listsChanges(mail.kind);
  const { thread } = mail;
  const root = lines.get(thread.lineKey);
  const tellsOfAlert = mail.about.some(({ alert }) => alert !== null);
  const remindersFollow = mail.kind === "firing" || mail.kind === "reminder";
  return {
    kind: mail.kind,
    reason: mail.reason,
    atMs: slotMs,
    capability: { id: tenant.id, name: tenant.name },
    timeZone: tenant.timeZone,
    thread: {
      id: thread.id,
      ...(root ? lineNamesOf(root) : { signalTitle: thread.lineKey, lineLabel: thread.lineKey }),
      openedAtMs: thread.openedAtMs,
    },
    lines: mail.about.flatMap((topic) => lineOf(sources, topic)),
    alsoFiring: mail.alsoFiring.flatMap((topic) => lineOf(sources, topic)),
    deployments: changes?.deployments ?? null,
    ...verdictIn(sources, mail),
    ...heldIn(mail, slotMs),
    ...(withChanges && { restarts: changes?.restarts ?? null, edits: sources.edits }),
    ...(sources.by !== undefined && { by: sources.by }),
    ...(remindersFollow && { nextReminderAtMs: nextReminderAtMs(thread.openedAtMs, slotMs) }),
    links: mailLinks(sources.portalUrl, sources.platform, tenant, tellsOfAlert ? thread.id : null),
  };
}

/** The weightiest alert of the mail comes first, so its verdict is the mail's: the side at onset, and a change as one. */
function verdictIn({ verdictOf }: MailSources, { about }: PlannedMail): Pick<MailFacts, "verdict"> {
  const [first] = about.flatMap(({ alert }) => {
    const verdict = alert && verdictOf(alert.id);
    return verdict ? [{ verdict, isOpen: alert.ended === null }] : [];
  });
  if (!first) return {};
  const { side, keptSide, sentence, reasons, wouldDecide } = first.verdict;
  const evidence = [
    ...reasons.map((reason) => reasonWords(reason, first.isOpen)),
    ...(wouldDecide === null ? [] : [wouldDecide]),
  ];
  return { verdict: { side: keptSide, ...(side !== keptSide && { changedTo: side }), sentence, evidence } };
}

/** The hold that ends with this mail; if several do, the one that began first. */
function heldIn({ about }: PlannedMail, slotMs: number): Pick<MailFacts, "held"> {
  const holds = about.flatMap(({ alert }) =>
    alert?.hold?.ended?.atMs === slotMs ? [{ ...alert.hold, ended: alert.hold.ended }] : [],
  );
  const [first] = holds.toSorted((a, b) => a.sinceMs - b.sinceMs);
  if (!first) return {};
  const { sinceMs, components, overSinceMs, ended } = first;
  return { held: { sinceMs, components, overSinceMs, why: ended.why } };
}

/** Open, and within the threshold by which it is judged now, which an edit may have changed since it fired. */
function isRecovering(sources: MailSources, { lineKey, ended, threshold }: Alert): boolean {
  const value = sources.valueOf(lineKey);
  if (ended || value === null) return false;
  return !breaches(value, sources.thresholdOf(lineKey) ?? threshold, threshold.worse);
}

/** What waits, in words. Replicas may lack without anything that waits: then there is nothing to say. */
function waitingIn({ waiting }: MailSources): Pick<MailLine, "waiting"> {
  if (!waiting) return waiting === null ? { waiting } : {};
  return waiting.total === 0
    ? {}
    : { waiting: { named: waiting.waiting.map(waitingInWords), total: waiting.total } };
}

function worstPartIn(sources: MailSources, { lineKey }: MailTopic, unit: Unit): Pick<MailLine, "worstPart"> {
  const parts = sources.partsOf(lineKey);
  const worstPart = parts && worstPartInWords(parts, unit);
  return worstPart ? { worstPart } : {};
}

function lineOf(sources: MailSources, topic: MailTopic): MailLine[] {
  const judged = sources.lines.get(topic.lineKey);
  const { alert } = topic;
  const threshold = alert?.threshold ?? sources.thresholdOf(topic.lineKey);
  if (!judged || !threshold) return []; // the bundle has lost the line: its mail can only name it by what is left
  const { signal, signalId, line } = judged;
  return [
    {
      signal: signalId,
      line: line.id,
      ...lineNamesOf(judged),
      unit: signal.unit,
      worse: signal.worse,
      threshold,
      value: sources.valueOf(topic.lineKey),
      missingSinceMs: topic.missingSinceMs,
      missingParts: (topic.missingParts ?? []).map((name) => partInWords(line.parts?.by ?? [], name)),
      ...worstPartIn(sources, topic, signal.unit),
      ...(alert?.ended === null && isLineOfPods(signalId, signal.lines, line) && waitingIn(sources)),
      alert: alert && {
        id: alert.id,
        breachedAtMs: alert.breachedAtMs,
        firedAtMs: alert.firedAtMs,
        firedValue: alert.firedValue,
        worst: alert.worst.value,
        worstAtMs: alert.worst.atMs,
        endedAtMs: alert.ended?.atMs ?? null,
        ...(isRecovering(sources, alert) && { recovering: true }),
      },
      trend: null,
      url: new URL(`/signals/${signalId}`, sources.portalUrl).href,
    },
  ];
}
