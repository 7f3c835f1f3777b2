import type { AlertView } from "@/lib/alerts/view";
import type { Reason } from "@/lib/attribution/reason";
import { reasonWords } from "@/lib/attribution/reason-words";
import type { RecordedVerdict } from "@/lib/attribution/recorded-verdict";
import { markdownText } from "@/lib/infra/markdown";
import type { ReleaseBefore } from "@/lib/views/alerts/read-pass-on";
import type { AlertWaiting } from "@/lib/views/alerts/read-waiting";
import { formatDuration, NBSP } from "@/lib/wording/format";
import { partList } from "@/lib/wording/sentence";
import { formatTime, zoneName } from "@/lib/wording/time";
import { waitingList } from "@/lib/wording/waiting-words";
import { SIDE_WORDS } from "../attribution/verdict-words";
import { alertValue, endWords, thresholdThen } from "./alert-words";
import { deliveryAtMs, deliveryWords, MAIL_KIND_WORDS } from "./mail-words";

/** What may be passed on of an alert: nothing but what its owner sees on its page. */
export type PassOnFacts = {
  tenant: { id: string; name: string };
  /** The zone of the local times. */
  zone: string;
  alert: AlertView;
  /** The newest; null where there is none. */
  verdict: RecordedVerdict | null;
  release: ReleaseBefore;
  /** The parts that breach now, the worst first, in words. */
  badParts: readonly string[];
  /** What kept pods from running; null where the alert isn't about pods. */
  waiting: AlertWaiting | null;
  /** The alert's page. */
  url: string;
  nowMs: number;
};

/** "2026-11-30 13:02 UTC (30 Nov 14:02 CET)": for readers in two zones. */
export function bothTimes(atMs: number, zone: string): string {
  const utc = `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const local = zoneName(atMs, zone);
  return local === "UTC" ? utc : `${utc} (${formatTime(atMs, zone, "day-clock")} ${local})`;
}

/** The alert as Markdown for an issue. It has no addresses of people, and no text from outside is markup. */
export function issueMarkdown(facts: PassOnFacts): string {
  const { tenant, zone, alert, verdict, badParts, waiting, url, nowMs } = facts;
  const at = (atMs: number) => bothTimes(atMs, zone);
  const item = (name: string, text: string) => `- **${name}:** ${text}`;
  const lines = [
    `### ${markdownText(alert.title)} alert: ${markdownText(tenant.name)} (${markdownText(tenant.id)})`,
    "",
    item("Alerting since", `${at(alert.firedAtMs)}; the breach began ${at(alert.breachedAtMs)}`),
    item(
      "State",
      `${endWords(alert, nowMs)}${alert.ended ? `, ${at(alert.ended.atMs)}` : `, as of ${at(nowMs)}`}`,
    ),
    item("Threshold", thresholdThen(alert)),
    item("Value", valueWords(alert, at)),
    ...(badParts.length > 0 ? [item("Breaching now", markdownText(partList(badParts)))] : []),
    ...(waiting?.listed?.waiting.length ? [item(...waitingItem(waiting, waiting.listed))] : []),
    item("Release before", releaseWords(facts.release, alert.breachedAtMs, at)),
    item("Yours or the platform's", verdict ? sideWords(verdict) : "no verdict"),
    ...(verdict?.reasons ?? []).map((reason) => `  - ${evidenceWords(reason, alert.ended === null)}`),
    item("Mails", alert.mails.length === 0 ? "none was written" : String(alert.mails.length)),
    ...alert.mails.map((mail) => `  - ${mailLine(mail, at)}`),
    ...(alert.together.length > 0
      ? [item("In the same mails", markdownText(alert.together.map(({ title }) => title).join(", ")))]
      : []),
    item("Page", url),
  ];
  return `${lines.join("\n").replaceAll(NBSP, " ")}\n`;
}

/** The same in a few lines, for an issue that is filled in beforehand. */
export function issueLines({
  zone,
  alert,
  verdict,
  url,
}: Omit<PassOnFacts, "release" | "badParts" | "waiting">): string[] {
  const lines = [
    `${markdownText(alert.title)}, since ${bothTimes(alert.firedAtMs, zone)}`,
    `Worst ${alertValue(alert.worst.value, alert)}, threshold ${thresholdThen(alert)}`,
    ...(verdict ? [`Watchpost says: ${sideWords(verdict)}`] : []),
    url,
  ];
  return lines.map((line) => line.replaceAll(NBSP, " "));
}

const waitingItem = (
  { isNow }: AlertWaiting,
  { waiting, total }: NonNullable<AlertWaiting["listed"]>,
): [name: string, text: string] => [
  isNow ? "Waiting now" : "Waiting when it fired",
  markdownText(waitingList(waiting, total)),
];

function valueWords(alert: AlertView, at: (atMs: number) => string): string {
  const { firedValue, worst, last } = alert;
  const words = [
    `${alertValue(firedValue, alert)} when it fired`,
    `worst ${alertValue(worst.value, alert)}, ${at(worst.atMs)}`,
  ];
  return [...words, ...(last ? [`last ${alertValue(last.value, alert)}, ${at(last.atMs)}`] : [])].join("; ");
}

function releaseWords(release: ReleaseBefore, breachedAtMs: number, at: (atMs: number) => string): string {
  switch (release.kind) {
    case "unknown":
      return "not known: the metrics store didn't answer";
    case "none":
      return "none is known in the 24 hours before the breach began";
    case "deployed": {
      const before = formatDuration(breachedAtMs - release.atMs);
      return `${markdownText(release.version)}, ${at(release.atMs)}, ${before} before the breach began`;
    }
  }
}

const sideWords = ({ side, sentence }: RecordedVerdict) => `${SIDE_WORDS[side]}. ${markdownText(sentence)}`;

const EVIDENCE_FOR: Record<Reason["side"], string> = {
  yours: "yours",
  platform: "the platform's",
  neither: "decides nothing",
};

function evidenceWords(reason: Reason, isOpen: boolean): string {
  return `${markdownText(reasonWords(reason, isOpen))} (${EVIDENCE_FOR[reason.side]})`;
}

function mailLine(mail: AlertView["mails"][number], at: (atMs: number) => string): string {
  const doneAtMs = deliveryAtMs(mail);
  const done = doneAtMs === null ? "" : ` ${at(doneAtMs)}`;
  return `${MAIL_KIND_WORDS[mail.kind]}, written ${at(mail.createdAtMs)}: ${markdownText(deliveryWords(mail).words)}${done}`;
}
