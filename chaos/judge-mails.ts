import type { PromiseFinding, RunEvidence, SeenMail, TakenCopy } from "./evidence";

const REPORTS_FIRING = ["firing", "joined"];
const ENDINGS = ["recovered", "fired-and-recovered", "cancelled", "expired"];

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
const words = ({ kind, capability, seq }: SeenMail) => `The ${kind} mail ${seq} of ${capability}`;

function copiesById({ copies }: RunEvidence): Map<string, TakenCopy[]> {
  const byId = new Map<string, TakenCopy[]>();
  for (const copy of copies) {
    const id = copy.mailId ?? "";
    byId.set(id, [...(byId.get(id) ?? []), copy]);
  }
  return byId;
}

function threadsOf({ mails }: RunEvidence): Map<string, SeenMail[]> {
  const threads = new Map<string, SeenMail[]>();
  for (const mail of [...mails].sort((a, b) => a.seq - b.seq)) {
    if (mail.threadId === null) continue;
    threads.set(mail.threadId, [...(threads.get(mail.threadId) ?? []), mail]);
  }
  return threads;
}

/** Every mail was taken by the relay, every taken copy has its mail, and every alert has the mails that report it. */
export function judgeLosses(evidence: RunEvidence): PromiseFinding {
  const byId = copiesById(evidence);
  const known = new Map(evidence.mails.map((mail) => [mail.id, mail]));
  const broken: string[] = [];
  for (const mail of evidence.mails) {
    if (mail.state === "cancelled") continue;
    if (mail.state !== "accepted") broken.push(`${words(mail)} is ${mail.state}.`);
    else if (!byId.has(mail.id))
      broken.push(`${words(mail)} is recorded as accepted, and the relay never took it.`);
  }
  for (const copy of evidence.copies)
    if (!known.has(copy.mailId ?? ""))
      broken.push(`The relay took a mail to ${copy.to} of which there is no record.`);
  const threads = threadsOf(evidence);
  for (const alert of evidence.alerts) {
    if (!alert.notified) continue;
    const sent = (threads.get(alert.threadId) ?? []).filter(({ state }) => state !== "cancelled");
    const reports = sent.filter(({ kind }) => kind !== "data-missing");
    if (reports.length === 0)
      broken.push(`No mail reports the alert of ${alert.line} of ${alert.capability}.`);
    else if (alert.endedAtMs !== null && !sent.some(({ kind }) => ENDINGS.includes(kind)))
      broken.push(`No mail reports the end of the alert of ${alert.line} of ${alert.capability}.`);
  }
  return { promise: "Nothing is lost", examined: plural(evidence.mails.length, "mail"), broken };
}

/** No event is mailed twice, and no mail has more copies than there were tries whose end nobody knows. */
export function judgeDoubles(evidence: RunEvidence): PromiseFinding {
  const broken: string[] = [];
  let extra = 0;
  let ambiguous = 0;
  const byId = copiesById(evidence);
  for (const mail of evidence.mails) {
    const copies = byId.get(mail.id) ?? [];
    ambiguous += mail.ambiguous;
    extra += Math.max(0, copies.length - 1);
    if (mail.state === "cancelled" && copies.length > 0)
      broken.push(`${words(mail)} was taken back, and left.`);
    if (new Set(copies.map(({ digest }) => digest)).size > 1)
      broken.push(`${words(mail)} has copies of different bytes.`);
    if (copies.length > 1 + mail.ambiguous)
      broken.push(
        `${words(mail)} has ${plural(copies.length, "copy").replace("copys", "copies")} after ${plural(mail.ambiguous, "unclear try").replace("trys", "tries")}.`,
      );
    for (const { to } of copies)
      if (to !== mail.recipient) broken.push(`${words(mail)} went to ${to} in place of ${mail.recipient}.`);
  }
  if (extra > evidence.crashes + ambiguous)
    broken.push(
      `${plural(extra, "further copy")} after ${evidence.crashes} crashes and ${ambiguous} unclear tries.`,
    );
  for (const [threadId, mails] of threadsOf(evidence)) {
    const alerts = evidence.alerts.filter((alert) => alert.threadId === threadId).length;
    const flapping = mails.filter(({ kind }) => kind === "flapping").length;
    const count = (kinds: readonly string[]) => mails.filter(({ kind }) => kinds.includes(kind)).length;
    const capability = mails[0]?.capability;
    const missing = count(["data-missing"]);
    if (count(REPORTS_FIRING) > alerts + flapping)
      broken.push(
        `A thread of ${capability} has ${count(REPORTS_FIRING)} firing mails for ${plural(alerts, "alert")}.`,
      );
    if (count(ENDINGS) > alerts + flapping + missing)
      broken.push(
        `A thread of ${capability} has ${count(ENDINGS)} mails of an end for ${plural(alerts, "alert")}.`,
      );
  }
  return {
    promise: "Nothing is doubled",
    examined: `${evidence.copies.length} copies, ${extra} of them further ones`,
    broken,
  };
}

/** Of one thread, no mail comes before an older one; and an end only after its beginning. */
export function judgeOrder(evidence: RunEvidence): PromiseFinding {
  const firstAtMs = new Map<string, number>();
  for (const { mailId, atMs } of evidence.copies)
    if (mailId !== null)
      firstAtMs.set(mailId, Math.min(atMs, firstAtMs.get(mailId) ?? Number.POSITIVE_INFINITY));
  const threads = threadsOf(evidence);
  const broken: string[] = [];
  for (const mails of threads.values()) {
    let lastAtMs = Number.NEGATIVE_INFINITY;
    for (const mail of mails) {
      const atMs = firstAtMs.get(mail.id);
      if (atMs === undefined) continue;
      if (atMs < lastAtMs) broken.push(`${words(mail)} came before an older mail of its thread.`);
      lastAtMs = Math.max(lastAtMs, atMs);
    }
    const sent = mails.filter(({ state }) => state !== "cancelled");
    const [first] = sent;
    if (first && ["recovered", "cancelled", "expired"].includes(first.kind) && mails.length === sent.length)
      broken.push(`${words(first)} reports an end whose beginning nobody was told.`);
  }
  return { promise: "The order of a thread is kept", examined: plural(threads.size, "thread"), broken };
}
