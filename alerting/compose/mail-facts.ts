import type { JudgedLine } from "@/alerting/fleet/questions";
import { tellsChanges } from "@/alerting/mail/kinds";
import type { TenantAddress } from "@/lib/alerts/ledger/store";
import type { MailFacts, MailLine, RecentThresholdEdit } from "@/lib/alerts/mail-facts";
import type { MailTopic, PlannedMail } from "@/lib/alerts/mails";
import { nextReminderAtMs } from "@/lib/alerts/reminders";
import type { Verdict } from "@/lib/attribution/verdict";
import type { Threshold } from "@/lib/catalogue/bundle";
import type { Platform } from "@/lib/catalogue/platform";
import type { LineKey } from "@/lib/evaluation/effective";
import { partInWords } from "@/lib/wording/part-words";
import type { HourBefore } from "./hour-before";
import { lineNamesOf } from "./line-names";
import { mailLinks } from "./mail-links";

/** What is known of the mail's tenant and slot. */
export type MailSources = {
  /** The slot that is told of. */
  slotMs: number;
  /** NEXTAUTH_URL. */
  portalUrl: string;
  platform: Pick<Platform, "infraRepositoryUrl">;
  tenant: TenantAddress;
  lines: ReadonlyMap<LineKey, JudgedLine>;
  thresholdOf(lineKey: LineKey): Threshold | undefined;
  valueOf(lineKey: LineKey): number | null;
  /** Whose problem an alert looks like; null where nothing was said of it. */
  verdictOf(alertId: string): Verdict | null;
  hour: HourBefore;
  /** The threshold edits of the hour before. */
  edits: RecentThresholdEdit[];
  /** Who switched off what the mail tells of; undefined where nobody is known to have. */
  by: string | undefined;
};

/** Everything that a planned mail says, so that its owner can start without opening anything. */
export async function contentOf(sources: MailSources, mail: PlannedMail): Promise<MailFacts> {
  const { slotMs, tenant, lines, hour } = sources;
  const withChanges = tellsChanges(mail.kind);
  const [about, alsoFiring, deployments, restarts] = await Promise.all([
    Promise.all(mail.about.map((topic) => lineOf(sources, topic))),
    Promise.all(mail.alsoFiring.map((topic) => lineOf(sources, topic))),
    hour.deployments(),
    withChanges ? hour.restarts() : null,
  ]);
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
    lines: about.flat(),
    alsoFiring: alsoFiring.flat(),
    deployments,
    ...verdictIn(sources, mail),
    ...heldIn(mail, slotMs),
    ...(withChanges && { restarts, edits: sources.edits }),
    ...(sources.by !== undefined && { by: sources.by }),
    ...(remindersFollow && { nextReminderAtMs: nextReminderAtMs(thread.openedAtMs, slotMs) }),
    links: mailLinks(sources.portalUrl, sources.platform, tenant, tellsOfAlert ? thread.id : null),
  };
}

/** Of what the mail is about the weightiest stands first, so its verdict is the mail's. */
function verdictIn({ verdictOf }: MailSources, { about }: PlannedMail): Pick<MailFacts, "verdict"> {
  const verdict = about.flatMap(({ alert }) => (alert && verdictOf(alert.id)) || [])[0];
  if (!verdict) return {};
  const { side, sentence, reasons, wouldDecide } = verdict;
  const evidence = [
    ...reasons.map((reason) => reason.sentence),
    ...(wouldDecide === null ? [] : [wouldDecide]),
  ];
  return { verdict: { side, sentence, evidence } };
}

/** The hold that ends with this mail; of several the one that began first. */
function heldIn({ about }: PlannedMail, slotMs: number): Pick<MailFacts, "held"> {
  const holds = about.flatMap(({ alert }) =>
    alert?.hold?.ended?.atMs === slotMs ? [{ ...alert.hold, ended: alert.hold.ended }] : [],
  );
  const [first] = holds.toSorted((a, b) => a.sinceMs - b.sinceMs);
  if (!first) return {};
  const { sinceMs, components, overSinceMs, ended } = first;
  return { held: { sinceMs, components, overSinceMs, why: ended.why } };
}

async function lineOf(sources: MailSources, topic: MailTopic): Promise<MailLine[]> {
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
      alert: alert && {
        id: alert.id,
        breachedAtMs: alert.breachedAtMs,
        firedAtMs: alert.firedAtMs,
        firedValue: alert.firedValue,
        worst: alert.worst.value,
        worstAtMs: alert.worst.atMs,
        endedAtMs: alert.ended?.atMs ?? null,
      },
      trend: await sources.hour.trend(judged),
      url: new URL(`/signals/${signalId}`, sources.portalUrl).href,
    },
  ];
}
