import type { Look, PromiseFinding, RunEvidence, SeenLine } from "./evidence";
import { SCRAPE_MARGIN_MS } from "./judge-alerts";
import { heldWithin, type Truth } from "./truth";

/** An answer, or a plain word that there is none now. Anything else is the fault of the page. */
const HONEST_STATUSES = [0, 200, 503];
/** After so many intervals without a judgement the page says that the evaluator has stopped. */
const LATE_INTERVALS_OF_PAGE = 3;
/** After this time in the queue a mail is late, and the page says so. */
const QUEUE_LATE_MS = 120_000;
/** What may pass between the moment that a page read something and the moment by which it is compared. */
const READ_MARGIN_MS = 2_000;
/** A page shows the newest slot at least one scrape interval old: two intervals at most. */
const PAGE_AGE_INTERVALS = 2;

const timeOf = (atMs: number) => new Date(atMs).toISOString().slice(11, 19);

/** Every answer of a page was true at its time, or said that nothing is known. */
export function judgeLooks(evidence: RunEvidence, truth: Truth): PromiseFinding {
  const broken = evidence.looks.flatMap((look) =>
    liesOf(evidence, truth, look).map(
      (lie) => `${look.web} at ${timeOf(look.beganAtMs)}, ${look.capability}: ${lie}`,
    ),
  );
  const answered = evidence.looks.filter(({ status }) => status === 200).length;
  return {
    promise: "Pages are honest",
    examined: `${evidence.looks.length} looks, ${answered} answered`,
    broken,
  };
}

function liesOf(evidence: RunEvidence, truth: Truth, look: Look): string[] {
  const { page, status, beganAtMs, capability } = look;
  if (!HONEST_STATUSES.includes(status)) return [`the answer is ${status}.`];
  if (!page) return [];
  const lies = page.lines.flatMap((line) => [
    ...liesOfLine(evidence, truth, capability, page.asOfMs, line),
    ...(page.isAlertingTrusted ? liesOfCondition(evidence, truth, look, page.asOfMs, line) : []),
  ]);
  if (page.asOfMs < beganAtMs - PAGE_AGE_INTERVALS * evidence.intervalMs - READ_MARGIN_MS)
    lies.push(`it shows ${timeOf(page.asOfMs)} as the present.`);
  const isBreaching = page.lines.some(({ status: word }) => word === "firing" || word === "pending");
  if (page.overall === "healthy" && isBreaching) lies.push("it says healthy although a line isn't.");
  if (page.isAlertingTrusted) lies.push(...falseTrust(evidence, look));
  return lies;
}

function liesOfLine(
  { staleAfterMs, scrapesAtMs }: RunEvidence,
  truth: Truth,
  capability: string,
  asOfMs: number,
  { line, status, value, sampledAtMs }: SeenLine,
): string[] {
  const held = truth.of(capability, line);
  const lies: string[] = [];
  if (held.length === 0) return lies; // a line that nothing happens to
  if (value !== null && sampledAtMs !== null) {
    // A scrape whose time is this one was answered then or, where Prometheus stood still, when it went on.
    const answeredMs = scrapesAtMs.find((atMs) => atMs >= sampledAtMs) ?? sampledAtMs;
    const possible = heldWithin(
      held,
      sampledAtMs - SCRAPE_MARGIN_MS,
      Math.max(answeredMs, sampledAtMs) + SCRAPE_MARGIN_MS,
    );
    if (!possible.some((each) => each.value === value))
      lies.push(`${line} is shown as ${value}, which it wasn't at ${timeOf(sampledAtMs)}.`);
    if (asOfMs - sampledAtMs > staleAfterMs)
      lies.push(`${line} shows a value of ${timeOf(sampledAtMs)} as current.`);
  }
  const recent = heldWithin(held, asOfMs - staleAfterMs - SCRAPE_MARGIN_MS, asOfMs);
  if (status === "ok" && recent.length > 0 && recent.every(({ isBreach }) => isBreach))
    lies.push(`${line} is shown as ok, and has been breaching.`);
  return lies;
}

/** While the evaluator judges, a line is only pending where it breached lately, and only firing where it has an open alert. */
function liesOfCondition(
  { staleAfterMs, forMs, recoverForMs, intervalMs, alerts }: RunEvidence,
  truth: Truth,
  { capability, beganAtMs, endedAtMs }: Look,
  asOfMs: number,
  { line, status }: SeenLine,
): string[] {
  const ownMs = PAGE_AGE_INTERVALS * intervalMs + READ_MARGIN_MS;
  if (status === "firing" || status === "recovering") {
    const isOpen = alerts.some(
      (alert) =>
        alert.capability === capability &&
        alert.line === line &&
        alert.firedAtMs <= endedAtMs + READ_MARGIN_MS &&
        (alert.endedAtMs ?? Number.POSITIVE_INFINITY) >=
          beganAtMs - ownMs - LATE_INTERVALS_OF_PAGE * intervalMs,
    );
    return isOpen ? [] : [`${line} is shown as ${status}, and has no open alert.`];
  }
  if (status !== "pending") return [];
  const afterEndMs = staleAfterMs + forMs + recoverForMs + 4 * intervalMs;
  const since = heldWithin(truth.of(capability, line), asOfMs - afterEndMs, asOfMs);
  return since.length > 0 && since.every(({ isBreach }) => !isBreach)
    ? [`${line} is shown as pending, and hasn't breached.`]
    : [];
}

/** The page says that alerting works. Then the evaluator has judged lately, and no mail is late. */
function falseTrust({ cycles, mails, intervalMs }: RunEvidence, look: Look): string[] {
  const fromMs = look.beganAtMs - LATE_INTERVALS_OF_PAGE * intervalMs - READ_MARGIN_MS;
  const lies: string[] = [];
  for (const line of new Set(cycles.map((cycle) => cycle.line))) {
    const isJudged = cycles.some(
      (cycle) =>
        cycle.line === line &&
        cycle.outcome === "good" &&
        cycle.slotMs >= fromMs &&
        cycle.finishedAtMs <= look.endedAtMs + READ_MARGIN_MS,
    );
    if (!isJudged) lies.push(`it says that alerting works, and ${line} hasn't been judged lately.`);
  }
  const late = mails.find(
    ({ capability, createdAtMs, finishedAtMs }) =>
      capability === look.capability &&
      createdAtMs < look.beganAtMs - QUEUE_LATE_MS - READ_MARGIN_MS &&
      (finishedAtMs === null || finishedAtMs > look.endedAtMs + READ_MARGIN_MS),
  );
  if (late)
    lies.push(`it says that alerting works, and a mail has waited since ${timeOf(late.createdAtMs)}.`);
  return lies;
}
