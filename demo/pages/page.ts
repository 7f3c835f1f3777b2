import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { html, Markup } from "@/lib/infra/markup";

const STYLE = new Markup(`
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5a6675; --line: #d8dee6; --paper: #ffffff; --ground: #f5f7f9;
  --accent: #1f5fa8; --accent-ink: #ffffff; --bad: #a3261b; --warn: #8a5300; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #9aa7b6; --line: #313c49; --paper: #1a212a;
  --ground: #12171d; --accent: #86b8f0; --accent-ink: #0e1620; --bad: #ff9d92; --warn: #f0b95c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: var(--width, 34rem); margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { margin: 0 0 1rem; text-wrap: pretty; } .soft { color: var(--soft); } .bad { color: var(--bad); font-weight: 600; }
a { color: var(--accent); } code, pre, .mono { font-family: ui-monospace, monospace; font-size: .9em; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1.5rem; margin: 1.5rem 0; }
label { display: block; font-weight: 600; margin: 0 0 .25rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft);
  border-radius: .4rem; padding: .55rem .7rem; margin: 0 0 1rem; }
button { font: inherit; font-weight: 600; color: var(--accent-ink); background: var(--accent); border: 0;
  border-radius: .4rem; padding: .6rem 1.1rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul.plain { list-style: none; margin: 0; padding: 0; } ul.plain li { border-top: 1px solid var(--line); padding: .7rem 0; }
ul.plain li:first-child { border-top: 0; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .5rem .6rem;
  border-top: 1px solid var(--line); overflow-wrap: anywhere; } th { white-space: nowrap; color: var(--soft); font-weight: 600; }
.card h2:first-child { margin-top: 0; } form.switch p { display: grid; grid-template-columns: 12rem 1fr; gap: 1rem;
  align-items: center; margin: .5rem 0 0; } @media (max-width: 40rem) { form.switch p { grid-template-columns: 1fr; gap: .2rem; } }
form.switch button { color: var(--accent); background: transparent; border: 1px solid var(--soft); padding: .35rem .8rem; }
form.switch button[value="off"] { color: var(--accent-ink); background: var(--bad); border-color: var(--bad); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
iframe { width: 100%; height: 32rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; }
`);

export type DemoPage = {
  title: string;
  body: Markup;
  /** Further elements of the head. */
  head?: Markup;
  /** A script that the page runs; the page must work without it. */
  script?: string;
  /** Whether its script asks its own origin for news. */
  fetches?: boolean;
  /** Origins beside its own to which a form of the page may lead, redirects included. */
  formTargets?: string[];
  /** Rules that only this page needs. */
  style?: string;
  /** A CSS length; the text column of a form when absent. */
  width?: string;
  /** Whether the page shows a frame with a document of its own origin. */
  frames?: boolean;
};

/**
 * A self-contained page and the policy it is sent with: no other origin is asked for anything, and only the script and
 * style that carry this answer's nonce count.
 */
export function renderPage(page: DemoPage): { body: string; headers: Record<string, string> } {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    "img-src data:",
    `style-src 'nonce-${nonce}'`,
    page.script ? `script-src 'nonce-${nonce}'` : "",
    page.fetches ? "connect-src 'self'" : "",
    page.frames ? "frame-src 'self'" : "",
    `form-action ${["'self'", ...(page.formTargets ?? [])].join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
${page.head}
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STYLE}${page.width ? new Markup(`:root { --width: ${page.width}; }`) : null}${page.style ? new Markup(page.style) : null}</style>
</head>
<body><main>${page.body}</main>${page.script ? html`<script nonce="${nonce}">${new Markup(page.script)}</script>` : null}</body>
</html>
`;
  return {
    body: document.text,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.filter(Boolean).join("; "),
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  };
}

/** Answers with a page. */
export function sendPage(response: ServerResponse, status: number, page: DemoPage): ServerResponse {
  const { body, headers } = renderPage(page);
  return response.writeHead(status, headers).end(body);
}
