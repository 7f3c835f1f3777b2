import type { Bounce } from "./bounce";
import { readTextEvidence } from "./bounce-text";
import type { RecipientReport } from "./dsn";
import { plainWords } from "./outcome";
import { classifyRefusal, provesBadAddress, replyOfReport } from "./refusal";
import type { Whose } from "./refusal-evidence";
import { isSameRecipient, readReportedAddress } from "./report-recipient";
import { withoutReturnPaths } from "./return-path";

/**
 * failed: final, for this recipient. delayed: for now. part: another recipient behind the address (a list, an alias) failed.
 * came-back: words say so, without proof. unreadable: something came back, nobody knows what. informational changes nothing.
 */
export const BOUNCE_ACTIONS = [
  "failed",
  "delayed",
  "part",
  "came-back",
  "unreadable",
  "informational",
] as const;
export type BounceAction = (typeof BOUNCE_ACTIONS)[number];

/** What a bounce means for the mail that it is about. */
export type BounceOutcome = {
  action: BounceAction;
  /** RFC 3463, as "5.1.1": the code of the server that refused, or else what the reporter made of it. */
  status: string | null;
  /** In the words of the server, for a page. */
  detail: string;
  /** By the function that judges refusals while mails are sent; null where no refusal is reported. */
  whose: Whose | null;
  /** Whether it proves that this very address takes no mail. */
  addressIsBad: boolean;
};

/**
 * Says what a bounce means for a mail.
 * @param recipient the address that the mail was sent to
 */
export function bounceOutcomeOf(bounce: Bounce, recipient: string): BounceOutcome {
  switch (bounce.kind) {
    case "not-a-bounce":
      return outcome("informational", `${bounce.reason}.`);
    case "unreadable":
      return outcome("unreadable", unread(bounce.reason));
    case "words":
      return outcomeOfWords(bounce, recipient);
    case "report":
      return outcomeOfReport(bounce, recipient);
  }
}

const unread = (reason: string) => `It can't be read: ${reason}.`;

const outcome = (action: BounceAction, detail: string, more: Partial<BounceOutcome> = {}): BounceOutcome => ({
  action,
  status: null,
  detail: plainWords(withoutReturnPaths(detail)),
  whose: null,
  addressIsBad: false,
  ...more,
});

/** Words may say that a mail came back. They never prove an address bad, and never end a mail that is still being tried. */
function outcomeOfWords(bounce: Bounce & { kind: "words" }, recipient: string): BounceOutcome {
  const { failed, words } = bounce;
  const isNamed = failed.some((address) => isSameRecipient(address, recipient));
  // For a list or an alias, the reporter names the member.
  if (failed.length > 0 && !isNamed) return outcome("part", partWords(failed));
  const evidence = readTextEvidence(words, recipient, isNamed);
  if (evidence === null)
    return outcome("unreadable", unread("it has no fields for programs, and no code beside the address"));
  const reply = replyOfReport("5.0.0", evidence.words);
  return outcome(evidence.isDelay ? "delayed" : "came-back", evidence.words || "No reason is given.", {
    status: reply.enhanced,
    whose: classifyRefusal("report", reply).whose,
  });
}

const partWords = (addresses: readonly string[]) =>
  `not delivered to ${addresses.slice(0, 3).join(", ")}${addresses.length > 3 ? " and others" : ""}`;

/**
 * Our envelopes have one recipient. A report on another one is about a member of a list or the target of an alias: a reporter that
 * expanded the address names it as Original-Recipient, so the final one decides.
 */
function outcomeOfReport(bounce: Bounce & { kind: "report" }, recipient: string): BounceOutcome {
  const isOwn = ({ finalRecipient, originalRecipient }: RecipientReport) => {
    const named = finalRecipient ?? originalRecipient;
    return named === null || isSameRecipient(named, recipient);
  };
  const own = bounce.recipients.filter(isOwn);
  const ownFailed = own.filter(({ action }) => action === "failed");
  const isFailed = ownFailed.length > 0 && ownFailed.length === own.length;
  const members = isFailed ? membersOf(bounce, recipient) : [];
  if (members.length > 0) return partOutcome(reportsOfMembers(members, ownFailed, bounce));
  if (isFailed) return failedOutcome(ownFailed, bounce, recipient);
  const anyFailed = bounce.recipients.filter(({ action }) => action === "failed");
  if (anyFailed.length > 0) return partOutcome(anyFailed);
  const delayed =
    own.find(({ action }) => action === "delayed") ??
    bounce.recipients.find(({ action }) => action === "delayed");
  return delayed ? reported("delayed", delayed) : reported("informational", own[0] ?? bounce.recipients[0]);
}

/** For a list or an alias, Exim reports the address that we named, and names the failed members in X-Failed-Recipients only. */
const membersOf = ({ failed }: Bounce & { kind: "report" }, recipient: string): readonly string[] =>
  failed.some((address) => isSameRecipient(address, recipient)) ? [] : failed;

/** Which report is about which of several members, only the text says. */
function reportsOfMembers(
  members: readonly string[],
  reports: readonly RecipientReport[],
  { words }: Bounce & { kind: "report" },
): RecipientReport[] {
  const report = members.length === 1 ? reports[0] : undefined;
  return members.map((member) => {
    const beside = readTextEvidence(words, member, true)?.words || null;
    return {
      finalRecipient: member,
      originalRecipient: null,
      action: "failed",
      status: report?.status ?? null,
      diagnostic: report?.diagnostic ?? beside ?? "No reason is given.",
    };
  });
}

const NAMED_MEMBERS = 3;
const MEMBER_WORDS_LIMIT = 150;

/** Whether others got it isn't known. The words name the recipients that failed, so that the owner knows whom to take off the list. */
function partOutcome(reports: readonly RecipientReport[]): BounceOutcome {
  const judged = reported("part", reports[0]);
  const all = [...new Set(reports.map(namedWords))];
  if (all.length === 1) return { ...judged, detail: plainWords(all[0] ?? "") };
  const named = all.slice(0, NAMED_MEMBERS).map((words) => plainWords(words, MEMBER_WORDS_LIMIT));
  return { ...judged, detail: [...named, ...(all.length > NAMED_MEMBERS ? ["and others"] : [])].join("; ") };
}

function namedWords(report: RecipientReport): string {
  const { detail } = reported("part", report);
  const address = readReportedAddress(report.finalRecipient ?? report.originalRecipient ?? "");
  return address === null || detail.toLowerCase().includes(address) ? detail : `${address}: ${detail}`;
}

function failedOutcome(
  failed: readonly RecipientReport[],
  { words }: Bounce & { kind: "report" },
  recipient: string,
): BounceOutcome {
  const [first] = failed;
  const judged = reported("failed", first);
  const addressIsBad = failed.every(
    (report) =>
      report.finalRecipient !== null && provesBadAddress(classifyRefusal("report", replyIn(report))),
  );
  // Exim gives its own reasons in the text only.
  const beside = first?.diagnostic === null ? readTextEvidence(words, recipient, true)?.words : "";
  return { ...judged, addressIsBad, ...(beside && { detail: plainWords(withoutReturnPaths(beside)) }) };
}

const replyIn = ({ action, status, diagnostic }: RecipientReport) =>
  replyOfReport(status ?? (action === "failed" ? "5.0.0" : "4.0.0"), diagnostic);

function reported(action: BounceAction, report: RecipientReport | undefined): BounceOutcome {
  if (!report) return outcome(action, "");
  const { status, diagnostic } = report;
  const words = diagnostic ?? (status ? `status ${status}` : report.action);
  if (report.action !== "failed" && report.action !== "delayed") return outcome(action, words, { status });
  const reply = replyIn(report);
  const { whose } = classifyRefusal("report", reply);
  return outcome(action, words, { status: reply.enhanced ?? status, whose });
}
