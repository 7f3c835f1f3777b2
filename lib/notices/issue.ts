import { z } from "zod";
import { storable } from "@/lib/infra/storable";

/** An issue's body can hold 65,536 characters; what a notice shows of it is far less. */
const MOST_BODY = 70_000;

const text = z.string().transform(storable);
// Cut first: the cut may halve a pair.
const body = z.string().transform((whole) => storable(whole.slice(0, MOST_BODY)));

/** An issue as GitHub's REST API gives it: what of it is read. */
const apiIssueSchema = z.object({
  number: z.int().positive(),
  title: text,
  body: body.nullish(),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  labels: z.array(z.union([text, z.object({ name: text.nullish() })])),
  created_at: z.iso.datetime({ offset: true }),
  updated_at: z.iso.datetime({ offset: true }),
  closed_at: z.iso.datetime({ offset: true }).nullish(),
  /** Present on a pull request, which the same address lists. */
  pull_request: z.unknown().optional(),
  sub_issues_summary: z.object({ total: z.int().min(0), completed: z.int().min(0) }).nullish(),
});

/** An issue of the operator's repository. */
export type Issue = {
  number: number;
  title: string;
  body: string;
  url: string;
  open: boolean;
  labels: string[];
  openedAtMs: number;
  updatedAtMs: number;
  closedAtMs: number | null;
  /** For an umbrella: how many sub-issues it has, and how many of those are closed. */
  subIssues: { total: number; completed: number } | null;
};

const linkable = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/**
 * Parses a page of GitHub's list. Pull requests are left out.
 * @returns null where the answer isn't such a list
 */
export function parseIssues(answer: unknown): Issue[] | null {
  const parsed = z.array(apiIssueSchema).safeParse(answer);
  if (!parsed.success || parsed.data.some(({ html_url }) => !linkable(html_url))) return null;
  return parsed.data
    .filter(({ pull_request }) => pull_request === undefined)
    .map((issue) => ({
      number: issue.number,
      title: issue.title,
      body: issue.body ?? "",
      url: issue.html_url,
      open: issue.state === "open",
      labels: issue.labels.flatMap((label) => (typeof label === "string" ? label : (label.name ?? []))),
      openedAtMs: Date.parse(issue.created_at),
      updatedAtMs: Date.parse(issue.updated_at),
      closedAtMs: issue.closed_at ? Date.parse(issue.closed_at) : null,
      subIssues: issue.sub_issues_summary?.total ? issue.sub_issues_summary : null,
    }));
}
