import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";
import { html } from "@/lib/infra/markup";
import { close, LOOPBACK, listen, namesThisMachine } from "../pages/listen";
import { sendPage } from "../pages/page";
import { ANSWERS, type AnswerMode, failedIssuesAnswer, listAnswer } from "./api";
import { type DemoIssue, firstIssues } from "./issues";

const MOST_BODY_BYTES = 1024 * 1024;
const PATH = "/example/infra";

export type DemoRepository = {
  /** Where people read it. */
  repositoryUrl: string;
  /** GITHUB_API_URL. */
  apiUrl: string;
  stop(): Promise<void>;
};

const issueSchema = z.strictObject({
  title: z.string(),
  body: z.string(),
  labels: z.array(z.string()),
  /** How long ago it was opened. */
  ageSeconds: z.number().default(0),
});
const changeSchema = z.strictObject({
  state: z.enum(["open", "closed"]).optional(),
  body: z.string().optional(),
  labels: z.array(z.string()).optional(),
});

/** One question that was asked of the API, for a test to look at. */
export type Asked = {
  path: string;
  query: string;
  ifNoneMatch: string | undefined;
  authorization: string | undefined;
  status: number;
};

/** The operator's repository: issues, how it answers, and what it was asked. */
type State = { issues: DemoIssue[]; mode: AnswerMode; asked: Asked[] };

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

function answerApi(
  state: State,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): void {
  const { "if-none-match": ifNoneMatch, authorization } = request.headers;
  if (state.mode === "broken") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100000" });
    response.write("[");
    response.destroy();
    return;
  }
  const answer =
    state.mode === "good"
      ? listAnswer(state.issues, `${origin}${PATH}`, {
          base: `${origin}${url.pathname}`,
          parameters: url.searchParams,
          ifNoneMatch,
        })
      : failedIssuesAnswer(state.mode, Date.now());
  state.asked.push({
    path: url.pathname,
    query: url.search,
    ifNoneMatch,
    authorization,
    status: answer.status,
  });
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body ?? undefined);
}

/** What a test, or a user of the demo, does to the repository. */
async function control(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`)
    return sendJson(response, 403, { error: "wrong origin" });
  const body = await bodyOf(request);
  if (url.pathname === "/control/answers") {
    const mode = z.strictObject({ mode: z.enum(ANSWERS) }).safeParse(body);
    if (!mode.success) return sendJson(response, 400, { error: `mode is one of ${ANSWERS.join(", ")}` });
    state.mode = mode.data.mode;
    return sendJson(response, 200, { mode: state.mode });
  }
  const nowMs = Date.now();
  if (url.pathname === "/control/issues") {
    const issue = issueSchema.safeParse(body);
    if (!issue.success) return sendJson(response, 400, { error: z.prettifyError(issue.error) });
    const { ageSeconds, ...rest } = issue.data;
    const number = Math.max(0, ...state.issues.map((each) => each.number)) + 1;
    const createdAtMs = nowMs - ageSeconds * 1000;
    state.issues.push({ number, ...rest, createdAtMs, updatedAtMs: createdAtMs, closedAtMs: null });
    return sendJson(response, 201, { number });
  }
  const number = Number(/^\/control\/issues\/(\d+)$/.exec(url.pathname)?.[1]);
  const issue = state.issues.find((each) => each.number === number);
  const change = changeSchema.safeParse(body);
  if (!issue || !change.success)
    return sendJson(response, 404, { error: "no such issue, or no such change" });
  const { state: to, ...rest } = change.data;
  Object.assign(issue, rest, { updatedAtMs: nowMs });
  if (to) issue.closedAtMs = to === "closed" ? nowMs : null;
  return sendJson(response, 200, { number });
}

async function answer(
  state: State,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!namesThisMachine(request.headers.host)) return sendJson(response, 421, { error: "wrong host" });
  const url = new URL(request.url ?? "/", origin);
  if (request.method === "POST" && url.pathname.startsWith("/control/"))
    return control(state, request, response, url);
  if (request.method !== "GET") return sendJson(response, 405, { error: "wrong method" });
  if (url.pathname === "/control/asked") return sendJson(response, 200, { asked: state.asked });
  if (url.pathname === `/api/v3/repos${PATH}/issues`) return answerApi(state, origin, request, response, url);
  if (url.pathname.startsWith("/api/")) return sendJson(response, 404, { message: "Not Found" });
  const number = Number(new RegExp(`^${PATH}/issues/(\\d+)$`).exec(url.pathname)?.[1]);
  const shown = state.issues.filter((issue) => Number.isNaN(number) || issue.number === number);
  sendPage(response, 200, {
    title: "The operator's repository",
    width: "60rem",
    body: html`<h1>example/infra</h1>
<p class="soft">This stands for the operator's repository on GitHub. Nothing that is entered here is kept.</p>
${shown.map(
  (issue) => html`<section class="card"><h2>#${String(issue.number)} ${issue.title}</h2>
<p class="soft">${issue.closedAtMs === null ? "open" : "closed"} · ${issue.labels.join(", ")}</p><pre>${issue.body}</pre></section>`,
)}`,
  });
}

/**
 * Starts the operator's repository of the demo: GitHub's list of issues over HTTP, and pages that its links lead to.
 * @param options.issues what is in it at first; the demo's own where absent
 * @throws Error when the port is taken
 */
export async function startRepository({
  port,
  issues,
}: {
  port: number;
  issues?: DemoIssue[];
}): Promise<DemoRepository> {
  const state: State = { issues: issues ?? firstIssues(Date.now()), mode: "good", asked: [] };
  let origin = "";
  const server = createServer((request, response) => {
    answer(state, origin, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  origin = `http://${LOOPBACK}:${await listen(server, port, "The operator's repository")}`;
  return { repositoryUrl: `${origin}${PATH}`, apiUrl: `${origin}/api/v3`, stop: () => close(server) };
}
