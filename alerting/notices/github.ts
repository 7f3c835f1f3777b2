import { request } from "@octokit/request";
import { parseIssues } from "@/lib/notices/issue";
import type { IssuePage } from "@/lib/notices/pages";
import { githubFailureOf, RepositoryAnswerError } from "./github-failure";

/** Two megabytes hold a page of long issues. What is longer isn't one. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const PER_PAGE = 50;
const MOST_PAGES = 40;

export type Repository = {
  /** GITHUB_API_URL, or what follows from the repository's address: https://api.github.com, https://HOST/api/v3. */
  apiUrl: string;
  owner: string;
  name: string;
  token: string | undefined;
};

/** Which issues: of one label, open, or closed and touched since an instant. */
export type IssueQuestion =
  | { label: string; state: "open" }
  | { label: string; state: "closed"; since: string };

/**
 * Where a repository's API is.
 * @param repositoryUrl the address that people use, on github.com or on a GitHub Enterprise host
 * @returns null where the address doesn't end in owner and name
 */
export function repositoryOf(
  repositoryUrl: string,
  { apiUrl, token }: { apiUrl?: string; token?: string },
): Repository | null {
  const { hostname, origin, pathname } = new URL(repositoryUrl);
  const [owner, name, ...rest] = pathname.split("/").filter((part) => part !== "");
  if (owner === undefined || name === undefined || rest.length > 0) return null;
  const own = /^(www\.)?github\.com$/.test(hostname) ? "https://api.github.com" : `${origin}/api/v3`;
  return { apiUrl: (apiUrl ?? own).replace(/\/+$/, ""), owner, name, token };
}

/**
 * Asks for all pages of an answer, each only if it has changed since it was kept.
 * @param known pages of any question, from the last time
 * @param signal ends it at whatever stage it is
 * @throws RepositoryAnswerError with why, in a closed set of codes, and how long to leave GitHub alone
 */
export async function askIssues(
  repository: Repository,
  question: IssueQuestion,
  known: readonly IssuePage[],
  signal: AbortSignal,
): Promise<IssuePage[]> {
  const pages: IssuePage[] = [];
  const about = `${question.state} ${question.label}`;
  for (let number = 1; number <= MOST_PAGES; number += 1) {
    const name = `${about} ${number}`;
    const kept = known.find((page) => page.question === name);
    const page = await askPage(repository, question, { number, name, kept }, signal);
    pages.push(page);
    if (!page.more) return pages;
  }
  return pages;
}

async function askPage(
  { apiUrl, owner, name: repo, token }: Repository,
  { label, ...question }: IssueQuestion,
  { number, name, kept }: { number: number; name: string; kept: IssuePage | undefined },
  signal: AbortSignal,
): Promise<IssuePage> {
  try {
    const { data, headers } = await request("GET /repos/{owner}/{repo}/issues", {
      baseUrl: apiUrl,
      owner,
      repo,
      labels: label,
      ...question,
      // By age, so that a new issue changes the last page alone and the others stay "not modified".
      sort: "created",
      direction: "asc",
      per_page: PER_PAGE,
      page: number,
      headers: {
        "x-github-api-version": "2022-11-28",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(kept?.etag && { "if-none-match": kept.etag }),
      },
      request: { signal, fetch: boundedFetch },
    });
    const issues = parseIssues(data);
    if (!issues) throw new RepositoryAnswerError("malformed");
    const more = /<[^>]*>;[^,]*\brel="?next"?/.test(headers.link ?? "");
    return { question: name, etag: headers.etag ?? null, issues, more };
  } catch (error) {
    if (kept && typeof error === "object" && error && "status" in error && error.status === 304) return kept;
    throw githubFailureOf(error, signal);
  }
}

/** Reads an answer's body up to a length, and whole: one that breaks off must not look like one that was empty. */
async function boundedFetch(input: string, init: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, cache: "no-store" });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new RepositoryAnswerError("too-large");
    chunks.push(chunk);
  }
  const { status, statusText, headers } = response;
  const body = chunks.length === 0 ? null : Buffer.concat(chunks);
  return new Response([204, 205, 304].includes(status) ? null : body, { status, statusText, headers });
}
