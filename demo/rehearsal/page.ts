import { html, type Markup } from "@/lib/infra/markup";
import { durationInWords } from "@/lib/wording/sentence";
import type { DemoPage } from "../pages/page";
import { LIVE_SCRIPT } from "../platform/control/page";
import type { RehearsalDesk, RehearsalState, ShownRuleState } from "./desk";
import { REHEARSAL_TEXTS, REHEARSALS, type Rehearsal, ruleAlertOf } from "./rehearsals";
import { REHEARSAL_FACTOR } from "./shortened";

/** The page that rehearses the runbooks: what stages each fault, what is seen then, and a button to begin or end it. */
export async function rehearsalPage(desk: RehearsalDesk, nowMs: number): Promise<DemoPage> {
  const standings = await desk.standings(nowMs);
  return {
    title: "Rehearsals · Watchpost demo",
    width: "62rem",
    // With no referrer at all a form's Origin would be "null", and the server refuses what doesn't name its own.
    head: html`<meta name="referrer" content="same-origin">`,
    fetches: true,
    script: LIVE_SCRIPT,
    body: html`<h1>Rehearse the runbooks</h1>
<p class="soft">Each fault is staged by its button, or on the command line by
<code>npm run demo -- rehearse RUNBOOK on</code>. The alert is the real rule in the demo's Prometheus, with every time divided by
${REHEARSAL_FACTOR}. What to do then is in <code>docs/runbooks</code>. <a href="/">Faults of the platform</a> are another page.</p>
<p data-live="summary">${summary(desk, standings)}</p>
<p class="soft" role="status" data-live="said"></p>
<div class="board">${REHEARSALS.map((runbook) => section(runbook, desk.stagedAtMs(runbook), standings[runbook], nowMs))}</div>`,
    style: STYLE,
  };
}

function summary(desk: RehearsalDesk, standings: Record<Rehearsal, RehearsalState>): Markup {
  const staged = REHEARSALS.filter((runbook) => desk.stagedAtMs(runbook) !== null);
  const firing = REHEARSALS.filter((runbook) => standings[runbook].state === "firing");
  return html`${staged.length === 0 ? "Nothing is staged." : `Staged: ${staged.join(", ")}.`}
${firing.length === 0 ? "No alert fires." : `Firing: ${firing.join(", ")}.`}`;
}

const STATES: Record<ShownRuleState, string> = {
  inactive: "Quiet",
  pending: "Pending",
  firing: "Firing",
  unknown: "Unknown",
};
/** The receiver's words for the watchdog, whose rule always fires. */
const WATCHDOG_STATES: Record<ShownRuleState, string> = {
  inactive: "Heard",
  pending: "Late",
  firing: "Silent",
  unknown: STATES.unknown,
};

const forHowLong = (ms: number) => durationInWords(Math.max(0, Math.round(ms / 1000)));

/** For how long the state lasts, and what comes next. */
function lasting({ state, sinceMs, holdMs }: RehearsalState, nowMs: number): string {
  const time = forHowLong(nowMs - (sinceMs ?? nowMs));
  switch (state) {
    case "inactive":
      return "";
    case "pending":
      return `Pending for ${time}; fires after ${forHowLong(holdMs)}.`;
    case "firing":
      return `Firing for ${time}.`;
    case "unknown":
      return "Prometheus doesn't answer.";
  }
}

function watchdogWords({ state, sinceMs, holdMs }: RehearsalState, nowMs: number): string {
  const time = forHowLong(nowMs - (sinceMs ?? nowMs));
  switch (state) {
    case "inactive":
      return `Received ${time} ago.`;
    case "pending":
      return `Nothing received for ${time}; after ${forHowLong(holdMs)} the receiver raises the alarm.`;
    case "firing":
      return `The receiver has raised the alarm, ${time} ago.`;
    case "unknown":
      return "";
  }
}

function section(
  runbook: Rehearsal,
  stagedAtMs: number | null,
  standing: RehearsalState,
  nowMs: number,
): Markup {
  const { staged, seen } = REHEARSAL_TEXTS[runbook];
  const { state, sinceMs, holdMs } = standing;
  const isWatchdog = runbook === "watchdog";
  const on = stagedAtMs !== null;
  const words = [
    on && `Staged ${forHowLong(nowMs - stagedAtMs)} ago.`,
    (isWatchdog ? watchdogWords : lasting)(standing, nowMs),
  ];
  return html`<section class="card" aria-labelledby="${runbook}">
<div class="head"><h2 id="${runbook}">${runbook}</h2>
<span data-live="${runbook} state"><span class="state ${state}">${(isWatchdog ? WATCHDOG_STATES : STATES)[state]}</span></span></div>
<p class="soft"><code>${ruleAlertOf(runbook)}</code></p>
<p id="${runbook}-staged">${staged} <span class="soft">${seen}</span></p>
<form class="switch" method="post" action="/api/rehearsals">
<input type="hidden" name="runbook" value="${runbook}">
<button name="on" value="${on ? "off" : "on"}" aria-describedby="${runbook}-staged" data-live="${runbook} switch">${on ? "End it" : "Stage it"}</button>
<div data-live="${runbook} lasting">${words.filter(Boolean).join(" ")}
${state === "pending" && sinceMs !== null && html`<progress max="${holdMs}" value="${nowMs - sinceMs}" aria-label="Until ${ruleAlertOf(runbook)} fires"></progress>`}</div>
</form>
</section>`;
}

const STYLE = `
[role="status"]:not(:empty) { position: sticky; top: 0; z-index: 1; background: var(--ground); padding: .5rem 0; }
.board { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(27rem, 100%), 1fr)); gap: 1rem; }
.board .card { display: flex; flex-direction: column; margin: 0; padding: 1.1rem 1.25rem; }
.board p { margin: 0 0 .75rem; }
.head { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; } .head h2 { margin: 0; }
.state { color: var(--soft); font-size: .9rem; font-weight: 600; white-space: nowrap; }
.state.pending, .state.firing { border: 1px solid currentcolor; border-radius: 1rem; padding: .1rem .7rem; }
.state.pending { color: var(--warn); } .state.firing { color: var(--paper); background: var(--bad); border-color: var(--bad); }
.board form { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin-top: auto; min-height: 3.2rem; }
.board form div { flex: 1 1 12rem; font-variant-numeric: tabular-nums; }
.board form button[value="off"] { background: var(--accent); border-color: var(--accent); }
progress { display: block; width: 100%; height: .4rem; margin: .3rem 0 0; accent-color: var(--warn); }
`;
