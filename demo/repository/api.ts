import { createHash } from "node:crypto";
import type { DemoIssue } from "./issues";

/** How the repository answers: as it should, or in one of the ways in which GitHub fails its readers. */
export const ANSWERS = [
  "good",
  "rate-limited",
  "secondary-limit",
  "unauthorised",
  "forbidden",
  "not-found",
  "error",
  "html",
  "huge",
  "broken",
] as const;
export type AnswerMode = (typeof ANSWERS)[number];

export type ApiAnswer = { status: number; headers: Record<string, string>; body: string | null };

const json = { "content-type": "application/json; charset=utf-8" };
const refuse = (status: number, message: string, headers: Record<string, string> = {}): ApiAnswer => ({
  status,
  headers: { ...json, ...headers },
  body: JSON.stringify({ message, documentation_url: "https://docs.github.com/rest" }),
});

/** What each way of failing looks like; as recorded from GitHub's REST API, version 2022-11-28. */
export function failedIssuesAnswer(mode: Exclude<AnswerMode, "good" | "broken">, nowMs: number): ApiAnswer {
  switch (mode) {
    case "rate-limited":
      return refuse(403, "API rate limit exceeded for installation ID 1.", {
        "x-ratelimit-limit": "5000",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.floor(nowMs / 1000) + 1_200),
      });
    case "secondary-limit":
      return refuse(429, "You have exceeded a secondary rate limit.", { "retry-after": "90" });
    case "unauthorised":
      return refuse(401, "Bad credentials");
    case "forbidden":
      return refuse(403, "Resource not accessible by personal access token");
    case "not-found":
      return refuse(404, "Not Found");
    case "error":
      return refuse(502, "Server Error");
    case "html":
      return {
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8" },
        body: "<!doctype html><title>Sign in</title><script>alert(1)</script>",
      };
    case "huge":
      return { status: 200, headers: json, body: `["${"x".repeat(9 * 1024 * 1024)}"]` };
  }
}

/**
 * Answers GET /repos/{owner}/{repo}/issues as GitHub does: filtered by label and state, sorted by age, in pages with a Link
 * header, with an entity tag and 304 where the asker has it.
 * @param base the address that was asked, without its query
 */
export function listAnswer(
  issues: readonly DemoIssue[],
  repositoryUrl: string,
  {
    base,
    parameters,
    ifNoneMatch,
  }: { base: string; parameters: URLSearchParams; ifNoneMatch: string | undefined },
): ApiAnswer {
  const perPage = Number(parameters.get("per_page") ?? 30);
  const page = Number(parameters.get("page") ?? 1);
  const state = parameters.get("state") ?? "open";
  const sinceMs = Date.parse(parameters.get("since") ?? "1970-01-01T00:00:00Z");
  const wanted = (parameters.get("labels") ?? "").toLowerCase().split(",").filter(Boolean);
  const found = issues
    .filter(({ closedAtMs }) => state === "all" || (closedAtMs === null) === (state === "open"))
    .filter(({ updatedAtMs }) => updatedAtMs >= sinceMs)
    .filter(({ labels }) => wanted.every((label) => labels.some((each) => each.toLowerCase() === label)))
    .sort((a, b) => a.createdAtMs - b.createdAtMs || a.number - b.number);
  const shown = found.slice((page - 1) * perPage, page * perPage);
  const body = JSON.stringify(shown.map((issue) => apiIssue(issue, repositoryUrl)));
  const last = Math.max(1, Math.ceil(found.length / perPage));
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(parameters);
    query.set("page", String(to));
    return `<${base}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev"), link(1, "first")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
  ];
  const etag = `W/"${createHash("sha256").update(body).digest("hex")}"`;
  const headers = { ...json, etag, ...(links.length > 0 && { link: links.join(", ") }) };
  return ifNoneMatch === etag
    ? { status: 304, headers: { etag }, body: null }
    : { status: 200, headers, body };
}

/** The fields of GitHub's own answer that any reader could lean on; the rest is left out. */
function apiIssue(issue: DemoIssue, repositoryUrl: string): object {
  const time = (atMs: number) => new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
  return {
    id: 2_900_000_000 + issue.number,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    html_url: `${repositoryUrl}/issues/${issue.number}`,
    user: { login: "platform-operator", type: "User", site_admin: false },
    author_association: "MEMBER",
    state: issue.closedAtMs === null ? "open" : "closed",
    state_reason: issue.closedAtMs === null ? null : "completed",
    locked: false,
    assignees: [],
    milestone: null,
    comments: 0,
    labels: issue.labels.map((name, index) => ({ id: index + 1, name, color: "ededed", default: false })),
    created_at: time(issue.createdAtMs),
    updated_at: time(issue.updatedAtMs),
    closed_at: issue.closedAtMs === null ? null : time(issue.closedAtMs),
    sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 },
  };
}
