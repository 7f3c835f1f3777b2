/** An issue as the demo's repository keeps it. */
export type DemoIssue = {
  number: number;
  title: string;
  body: string;
  labels: string[];
  createdAtMs: number;
  updatedAtMs: number;
  closedAtMs: number | null;
};

/** The issue that says why a tenant of the demo has to leave. */
export const EVICTION_ISSUE = 83;

const DAY_MS = 86_400_000;
const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);

/**
 * What the demo's operator has open at its start: an update due soon, an overdue contract change, three migrations, and an eviction.
 */
export function firstIssues(nowMs: number): DemoIssue[] {
  const issue = (
    number: number,
    daysAgo: number,
    title: string,
    labels: string[],
    fields: Record<string, string>,
  ): DemoIssue => ({
    number,
    title,
    labels,
    body: Object.entries(fields)
      .map(([name, text]) => `### ${name}\n\n${text}`)
      .join("\n\n"),
    createdAtMs: nowMs - daysAgo * DAY_MS,
    updatedAtMs: nowMs - daysAgo * DAY_MS,
    closedAtMs: null,
  });
  return [
    issue(41, 12, "Move from PostgreSQL 14 to 18", ["platform update required", "tenant:photos"], {
      Tenant: "photos",
      "What falls behind": "The database of your capability runs PostgreSQL 14.",
      "New version": "PostgreSQL 18",
      Deadline: dayOf(nowMs + 16 * DAY_MS),
      Why: "PostgreSQL 14 gets **no security fixes** any more.",
      Guideline: "https://www.postgresql.org/docs/18/upgrading.html",
    }),
    issue(61, 8, "Migrate my data: Photo Library", ["migrate my data"], {
      Tenant: "photos",
      What: "Photos from the old server, once.",
    }),
    issue(62, 4, "Migrate my data: Ticket Desk", ["migrate my data"], {
      Tenant: "tickets",
      What: "Tickets of the old desk.",
    }),
    issue(63, 2, "Migrate my data: Weather Station", ["migrate my data"], {
      Tenant: "weather",
      What: "Readings since 1998.",
    }),
    issue(EVICTION_ISSUE, 18, "Eviction: Pottery Class", ["eviction", "tenant:pottery"], {
      Tenant: "pottery",
      Why: "The class is closed, and its courses moved to another school. From the date on it isn't served, and its data can be exported for 30 days.",
    }),
    issue(44, 40, "Health checks move to /healthz", ["platform contract change"], {
      "What changes":
        "The probe asks `/healthz` instead of `/`.\n\n- Answer 200 when you can serve.\n- Answer 503 when you can't.",
      "Hard deadline": dayOf(nowMs - 3 * DAY_MS),
      Why: "A probe of the start page counts as traffic.",
      Guideline: "Answer within a second, from memory.\n\nTicket Desk shows how it is done.",
      Cadence: "Contract changes come twice a year, in May and November.",
      Tenants: "- [x] photos\n- [ ] tickets\n- [ ] weather",
      Moved: "1 of 3",
    }),
  ];
}
