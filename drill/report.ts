import { html, Markup } from "@/lib/infra/markup";
import {
  BUDGET_MS,
  CLONE_TO_HEALTHY_LIMIT_MS,
  type DrillOutcome,
  drillPassed,
  type StepOutcome,
  tookWords,
} from "./outcome";

const STYLE = new Markup(`
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566171; --line: #d8dee6; --paper: #ffffff; --ground: #f5f7f9;
  --good: #1d6b3c; --bad: #a3261b; --bar: #8fb1d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #9aa7b6; --line: #313c49; --paper: #1a212a;
  --ground: #12171d; --good: #7fd0a0; --bad: #ff9d92; --bar: #42668e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; } h2 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; } .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 1.25rem 0 2rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
ol { list-style: none; margin: 0; padding: 0; }
li.step { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem; margin: .6rem 0; break-inside: avoid; }
.head { display: grid; grid-template-columns: 1.6rem 5.6rem 1fr max-content; gap: .6rem; align-items: baseline; }
.result { font-weight: 600; white-space: nowrap; } .time { font-variant-numeric: tabular-nums; color: var(--soft); }
.track { height: .3rem; border-radius: .15rem; background: var(--ground); margin: .55rem 0 .35rem; }
.track i { display: block; height: 100%; min-width: 2px; border-radius: .15rem; background: var(--bar); }
.body { margin-left: 2.2rem; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .85em/1.45 ui-monospace, monospace; margin: .4rem 0; color: var(--bad); }
.pictures { display: flex; flex-wrap: wrap; gap: .8rem; margin: .7rem 0 .2rem; }
figure { margin: 0; max-width: 15rem; } figcaption { font-size: .85em; color: var(--soft); }
img { display: block; height: 11rem; width: 15rem; max-width: 100%; object-fit: cover; object-position: top; background: var(--ground); border: 1px solid var(--line); border-radius: .35rem; }
figure.phone { max-width: 6rem; } figure.phone img { width: 6rem; }
a { color: inherit; } @media (max-width: 34rem) { .head { grid-template-columns: 1.4rem 1fr max-content; }
  .head h2 { grid-column: 1 / -1; order: 4; } .body { margin-left: 0; } }
`);

const RESULT_WORDS = {
  passed: { mark: "✔", word: "Passed", tone: "good" },
  failed: { mark: "✘", word: "Failed", tone: "bad" },
  skipped: { mark: "–", word: "Skipped", tone: "soft" },
} as const;

/** The report of a drill as one page, which needs nothing but the pictures beside it. */
export function drillReport(outcome: DrillOutcome): string {
  const { portal, tenant, commit, beganAtMs, tookMs, cloneToHealthyMs, steps } = outcome;
  const passed = drillPassed(outcome);
  const began = new Date(beganAtMs).toISOString().replace("T", " ").slice(0, 19);
  const longestMs = Math.max(1, ...steps.map((step) => step.tookMs));
  const limit = (ms: number, limitMs: number) =>
    html`${tookWords(ms)} of ${tookWords(limitMs)}${ms > limitMs && html`, <strong class="bad">too long</strong>`}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file: data:; style-src 'unsafe-inline'">
<title>Drill of ${began} UTC · Watchpost</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1 class="${passed ? "good" : "bad"}">${passed ? "✔ The drill passed" : "✘ The drill failed"}</h1>
<p class="soft">${summary(steps)}</p>
<dl>
<dt>Begun</dt><dd>${began} UTC</dd>
<dt>Took</dt><dd>${limit(tookMs, BUDGET_MS)}</dd>
${cloneToHealthyMs !== null && html`<dt>Clone to healthy</dt><dd>${limit(cloneToHealthyMs, CLONE_TO_HEALTHY_LIMIT_MS)}</dd>`}
<dt>Portal</dt><dd>${portal}</dd>
<dt>Tenant</dt><dd>${tenant}</dd>
${commit !== null && html`<dt>Commit</dt><dd>${commit}</dd>`}
<dt>Beside this page</dt><dd><a href="wire.jsonl">wire log</a>, <a href="drill.json">drill.json</a></dd>
</dl>
<ol>${steps.map((step, index) => stepItem(step, index + 1, longestMs))}</ol>
</main></body>
</html>
`.text;
}

/** "14 steps passed." or "9 steps passed, 1 failed, 4 were skipped." */
export function summary(steps: readonly StepOutcome[]): string {
  const count = (result: StepOutcome["result"]) => steps.filter((step) => step.result === result).length;
  const [passed, failed, skipped] = [count("passed"), count("failed"), count("skipped")];
  return [
    `${passed} ${passed === 1 ? "step" : "steps"} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} ${skipped === 1 ? "was" : "were"} skipped`] : []),
  ]
    .join(", ")
    .concat(".");
}

function stepItem(step: StepOutcome, nth: number, longestMs: number): Markup {
  const { mark, word, tone } = RESULT_WORDS[step.result];
  const share = Math.round((step.tookMs / longestMs) * 1000) / 10;
  return html`<li class="step">
<div class="head"><span class="time">${nth}</span><span class="result ${tone}">${mark} ${word}</span><h2>${step.title}</h2>
<span class="time">${step.result === "skipped" ? "" : tookWords(step.tookMs)}</span></div>
${step.result !== "skipped" && html`<div class="track" aria-hidden="true"><i style="width:${share}%"></i></div>`}
<div class="body">
${step.seen.map((sentence) => html`<p>${sentence}</p>`)}
${step.failure !== null && html`<pre>${step.failure}</pre>`}
${step.mails.map((file) => html`<p><a href="${file}">The mail's source</a></p>`)}
${
  step.pictures.length > 0 &&
  html`<div class="pictures">${step.pictures.map(
    ({ file, shows }) =>
      html`<figure class="${file.endsWith("-phone.png") ? "phone" : "desk"}"><a href="${file}"><img src="${file}" alt="${shows}"></a><figcaption>${shows}</figcaption></figure>`,
  )}</div>`
}
</div>
</li>`;
}
