import { withDeadline } from "@/alerting/runtime/deadline";
import { repeat } from "@/alerting/runtime/repeat";
import { DEFAULT_ISSUE_LABELS, kindLabels } from "@/lib/catalogue/notice-labels";
import { catalogueStore } from "@/lib/catalogue/store";
import { log } from "@/lib/infra/log";
import { type NoticeContext, noticeOf } from "@/lib/notices/notice";
import { type IssuePage, issuesOf } from "@/lib/notices/pages";
import { type FeedResult, noticeStore } from "@/lib/notices/store";
import { tenantNameFinder } from "@/lib/notices/tenant-names";
import { askIssues, type IssueQuestion, repositoryOf } from "./github";
import { RepositoryAnswerError } from "./github-failure";

/** All pages of all labels together. Below the lease, so that no other worker asks meanwhile. */
const ASK_WITHIN_MS = 120_000;
const CLOSED_FOR_DAYS = 7;
const DAY_MS = 86_400_000;

export type NoticesOptions = {
  /** GITHUB_API_URL and GITHUB_TOKEN. With neither the operator's issues aren't read, and the pages show links only. */
  apiUrl?: string;
  token?: string;
  intervalSeconds: number;
  /** How often it is looked whether it is time. */
  pollMs?: number;
  /** Called after each try. `unaddressed`: issues of a notice's label that name no tenant, so that nobody sees them. */
  onAsked?: (result: { outcome: string; notices: number; unaddressed: number }) => void;
};

/**
 * Keeps the operator's issues in the database current, until stopped. One of several workers asks at a time. It never throws;
 * what goes wrong is recorded, logged once, and tried again.
 */
export function startNotices(options: NoticesOptions): { stop(): Promise<void> } {
  const { pollMs = 5_000, apiUrl, token } = options;
  if (apiUrl === undefined && token === undefined) return { stop: async () => {} };
  const complaint = "The operator's notices could not be kept; it is tried again.";
  return repeat({ pauseMs: pollMs, complaint }, (stop) => takeTurn(options, stop));
}

async function takeTurn(options: NoticesOptions, stop: AbortSignal): Promise<void> {
  const { infraRepositoryUrl, issueLabels: labels = DEFAULT_ISSUE_LABELS } =
    await catalogueStore.readPlatform();
  if (infraRepositoryUrl === null) return;
  const repository = repositoryOf(infraRepositoryUrl, options);
  if (repository === null)
    throw new Error("infraRepositoryUrl in platform.yaml doesn't end in an owner and a repository's name.");
  const turn = await noticeStore.claimFeed(infraRepositoryUrl, options.intervalSeconds);
  if (turn === null) return;
  const { known } = turn;
  const result = await ask(async (signal) => {
    const pages: IssuePage[] = [];
    for (const question of questions(Object.values(kindLabels(labels))))
      pages.push(...(await askIssues(repository, question, known, signal)));
    return pages;
  }, stop);
  if (stop.aborted) return;
  const failure = result.ok ? null : result.error;
  if (failure)
    log.warn({ code: failure.code, err: failure.cause }, "The operator's issues could not be read.");
  // Read anew also after a failure: another tenant may have come, whose name may stand in what is known.
  const tenants = await noticeStore.readNameables();
  const context = { labels, tenants, mentions: tenantNameFinder(tenants) };
  const notices = readAll(result.ok ? result.pages : known, context);
  const isRecorded = await noticeStore.recordFeed(turn, feedResult(result, options.intervalSeconds), notices);
  if (!isRecorded) return;
  options.onAsked?.({
    outcome: failure?.code ?? "good",
    notices: notices.length,
    unaddressed: notices.filter(({ tenants: named }) => named.length === 0).length,
  });
}

const readAll = (pages: readonly IssuePage[], context: NoticeContext) =>
  issuesOf(pages).flatMap((issue) => noticeOf(issue, context) ?? []);

/** Open issues of each label, and those closed lately. The day is rounded, so that the question stays the same all day. */
function questions(labels: readonly string[]): IssueQuestion[] {
  const since = new Date(Math.floor(Date.now() / DAY_MS - CLOSED_FOR_DAYS) * DAY_MS).toISOString();
  return [...new Set(labels)].flatMap((label): IssueQuestion[] => [
    { label, state: "open" },
    { label, state: "closed", since },
  ]);
}

type Asked = { ok: true; pages: IssuePage[] } | { ok: false; error: RepositoryAnswerError };

async function ask(read: (signal: AbortSignal) => Promise<IssuePage[]>, stop: AbortSignal): Promise<Asked> {
  try {
    return { ok: true, pages: await withDeadline(ASK_WITHIN_MS, stop, read) };
  } catch (error) {
    if (error instanceof RepositoryAnswerError) return { ok: false, error };
    throw error;
  }
}

function feedResult(asked: Asked, intervalSeconds: number): FeedResult {
  if (asked.ok) return asked;
  const { code, message, waitSeconds } = asked.error;
  return {
    ok: false,
    failure: { code, message },
    againInSeconds: Math.max(waitSeconds ?? 0, intervalSeconds),
  };
}
