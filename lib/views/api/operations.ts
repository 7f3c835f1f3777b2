import type { ContractName } from "./contracts";

type Parameter = { name: string; in: "path" | "query"; description: string; required: boolean };

/** One address of the API and a method, as docs/openapi.yaml describes it. */
export type Operation = {
  path: string;
  method: "get" | "post" | "put";
  summary: string;
  parameters?: readonly Parameter[];
  /** The JSON that a write takes, by an example. */
  body?: unknown;
  status?: 200 | 202;
  answer: ContractName | { contentType: string; description: string };
  /** Beside 401 and 403, which every address has. */
  errors?: Readonly<Record<number, string>>;
};

const inPath = (name: string, description: string): Parameter => ({
  name,
  in: "path",
  description,
  required: true,
});
const inQuery = (name: string, description: string, required = true): Parameter => ({
  name,
  in: "query",
  description,
  required,
});

const LINE = [
  inPath("signal", "A signal's id, such as latency"),
  inPath("line", "The id of one of its lines, such as p95"),
];
const NO_METRICS = { 503: "The metrics store or the portal's database can't be asked; the error says which" };
const NOT_FOUND = { 404: "There is no such thing, or it isn't yours" };
const NO_BUNDLE = { 503: "The operator hasn't applied a health bundle yet" };

/** Every address below /api that an owner's browser asks. A test compares the list with the routes. */
export const OPERATIONS: readonly Operation[] = [
  { path: "/api/health", method: "get", summary: "The health of your capability", answer: "health" },
  {
    path: "/api/signals/{signal}/series",
    method: "get",
    summary: "One signal over a range",
    parameters: [
      inPath("signal", "A signal's id, such as latency"),
      inQuery("range", "One of 1h, 6h, 24h, 7d, 30d"),
    ],
    answer: "series",
    errors: NO_METRICS,
  },
  {
    path: "/api/alerting",
    method: "get",
    summary: "The alerting chain, and an announced eviction",
    answer: "frame",
  },
  {
    path: "/api/attribution",
    method: "get",
    summary: "Whose problem the open alerts look like",
    answer: "attribution",
  },
  {
    path: "/api/timeline",
    method: "get",
    summary: "What happened in the last seven days",
    answer: "timeline",
  },
  {
    path: "/api/thresholds",
    method: "get",
    summary: "Your thresholds, the defaults and the audit trail",
    answer: "thresholds",
    errors: NO_BUNDLE,
  },
  {
    path: "/api/thresholds/{signal}/{line}",
    method: "put",
    summary: "Changes the threshold of one line: set, default or undo",
    parameters: LINE,
    body: {
      change: "set",
      pageOf: "photos",
      expectedVersion: 0,
      range: "7d",
      to: { enabled: true, value: 1, inclusive: false, forSeconds: 300, recoverForSeconds: 300 },
    },
    answer: "thresholds",
    errors: {
      ...NOT_FOUND,
      409: "It was changed since the expected version, or the session is of another capability",
      422: "The threshold can't be saved as it is; each field says why",
    },
  },
  {
    path: "/api/thresholds/{signal}/{line}/history",
    method: "get",
    summary: "A part of a line's history, as the evaluator would have read it",
    parameters: [
      ...LINE,
      inQuery("range", "One of the preview's ranges"),
      inQuery("to", "The end of the range, in milliseconds since the epoch"),
      inQuery("part", "Which part of the range, from 0"),
    ],
    answer: "thresholdHistory",
    errors: { ...NOT_FOUND, ...NO_METRICS },
  },
  {
    path: "/api/thresholds/export",
    method: "get",
    summary: "Your thresholds as a file",
    parameters: [inQuery("format", "json, or prometheus for alerting rules")],
    answer: { contentType: "application/json", description: "The file" },
    errors: NO_BUNDLE,
  },
  {
    path: "/api/alerts/{alert}/series",
    method: "get",
    summary: "What was measured around an alert",
    parameters: [inPath("alert", "The alert's id")],
    answer: "series",
    errors: { ...NOT_FOUND, ...NO_METRICS },
  },
  {
    path: "/api/alerts/episodes.csv",
    method: "get",
    summary: "All alerts, as CSV (RFC 4180)",
    answer: { contentType: "text/csv", description: "One record for each alert" },
  },
  {
    path: "/api/calendar.ics",
    method: "get",
    summary: "The dates that lie ahead: eviction and deadlines of notices",
    answer: { contentType: "text/calendar", description: "A calendar file (RFC 5545)" },
    errors: { 404: "No date lies ahead" },
  },
  {
    path: "/api/alerts/test",
    method: "get",
    summary: "The newest test alert, and what became of it",
    answer: "testAlert",
  },
  {
    path: "/api/alerts/test",
    method: "post",
    summary: "Asks for a test alert",
    status: 202,
    answer: "testAlert",
    errors: { 409: "There is nothing to test", 429: "Three in an hour are enough" },
  },
  {
    path: "/api/alerts/missed",
    method: "post",
    summary: "Dismisses notices of mails that were never received",
    body: { dismiss: ["4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11"] },
    answer: "done",
  },
  {
    path: "/api/alerts/mails/{mail}/got-it",
    method: "post",
    summary: "Says that an accepted mail arrived",
    parameters: [inPath("mail", "The mail's id")],
    answer: "done",
    errors: NOT_FOUND,
  },
  {
    path: "/api/migration",
    method: "get",
    summary: "Your data migrations",
    parameters: [inQuery("run", "The id of a run; without it the newest is shown", false)],
    answer: "migration",
    errors: NOT_FOUND,
  },
  {
    path: "/api/migration/series",
    method: "get",
    summary: "The charts of one run",
    parameters: [inQuery("run", "The id of a run")],
    answer: "migrationSeries",
    errors: { ...NOT_FOUND, ...NO_METRICS },
  },
  {
    path: "/api/migration/mails",
    method: "put",
    summary: "Switches the mails about migrations on or off",
    body: { wanted: true, pageOf: "photos" },
    answer: "migrationMails",
    errors: { 409: "The session is of another capability" },
  },
];
