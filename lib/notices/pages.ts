import { z } from "zod";

/** An issue as it was read; what GitHub's answer is parsed to (issue.ts). */
const issueSchema = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  open: z.boolean(),
  labels: z.array(z.string()),
  openedAtMs: z.number(),
  updatedAtMs: z.number(),
  closedAtMs: z.number().nullable(),
  subIssues: z.object({ total: z.int(), completed: z.int() }).nullable(),
});

/** One page of an answer, kept with its entity tag: while that stands, GitHub says "not modified" and the page is still true. */
const pageSchema = z.object({
  /** What was asked. */
  question: z.string(),
  etag: z.string().nullable(),
  issues: z.array(issueSchema),
  /** Whether another page follows. */
  more: z.boolean(),
});
export type IssuePage = z.infer<typeof pageSchema>;

/** Pages as they were kept; those of another version of the portal count as none. */
export function parsePages(kept: unknown): IssuePage[] {
  const parsed = z.array(pageSchema).safeParse(kept);
  return parsed.success ? parsed.data : [];
}

/** The issues of all pages, each once, as its newest page has it. */
export function issuesOf(pages: readonly IssuePage[]): IssuePage["issues"] {
  const byNumber = new Map<number, IssuePage["issues"][number]>();
  for (const issue of pages.flatMap(({ issues }) => issues)) {
    const known = byNumber.get(issue.number);
    if (!known || known.updatedAtMs < issue.updatedAtMs) byNumber.set(issue.number, issue);
  }
  return [...byNumber.values()];
}
