import { html, type Markup } from "@/lib/markup";
import { durationInWords } from "@/lib/wording/sentence";
import type { Page } from "../pages/page";
import { LIVE_SCRIPT } from "../platform/control/page";
import type { AlertState, RehearsalDesk, Standing } from "./desk";
import { alertOf, REHEARSAL_TEXTS, REHEARSALS, type Rehearsal } from "./rehearsals";
import { REHEARSAL_FACTOR } from "./shortened";

/** The page that rehearses the runbooks: what stages each fault, what is seen then, and a button to begin or end it. */
export async function rehearsalPage(desk: RehearsalDesk, nowMs: number): Promise<Page> {
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
<code>npm run rehearse -- RUNBOOK on</code>. The alert is the real rule in the demo's Prometheus, with every time divided by
${REHEARSAL_FACTOR}. What to do then is in <code>docs/runbooks</code>. <a href="/">Faults of the platform</a> are another page.</p>
<p data-live="summary">${summary(desk, standings)}</p>
<p class="soft" role="status" data-live="said"></p>
${REHEARSALS.map((runbook) => section(runbook, desk.stagedAtMs(runbook), standings[runbook], nowMs))}`,
  };
}

function summary(desk: RehearsalDesk, standings: Record<Rehearsal, Standing>): Markup {
  const list = (names: Rehearsal[]) =>
    names.map((name, n) => html`${n > 0 && ", "}<a href="#${name}">${name}</a>`);
  const staged = REHEARSALS.filter((runbook) => desk.stagedAtMs(runbook) !== null);
  const firing = REHEARSALS.filter((runbook) => standings[runbook].state === "firing");
  return html`${staged.length === 0 ? "Nothing is staged." : html`Staged: ${list(staged)}.`}
${firing.length === 0 ? "No alert fires." : html`Firing: ${list(firing)}.`}`;
}

const STATES: Record<AlertState, string> = {
  inactive: "doesn't fire",
  pending: "is pending",
  firing: "fires",
  unknown: "can't be asked for",
};
/** Of the watchdog, whose rule always fires: what the receiver makes of it. */
const HEARING: Record<AlertState, string> = {
  ...STATES,
  inactive: "is heard",
  pending: "is late",
  firing: "is silent",
};

const forHowLong = (ms: number) => durationInWords(Math.max(0, Math.round(ms / 1000)));

/** What stands behind an alert's state: for how long, and what comes next. */
function since({ state, sinceMs, holdMs }: Standing, runbook: Rehearsal, nowMs: number): string {
  if (state === "unknown") return ": Prometheus doesn't answer.";
  const lasting = forHowLong(nowMs - (sinceMs ?? nowMs));
  const hold = forHowLong(holdMs);
  if (runbook === "watchdog") {
    if (state === "inactive") return `, for the last time ${lasting} ago.`;
    if (state === "pending") return `: nothing for ${lasting}. After ${hold} the receiver raises the alarm.`;
    return ": the receiver outside raises the alarm.";
  }
  if (state === "inactive") return ".";
  return state === "pending" ? ` for ${lasting}, and fires after ${hold}.` : ` for ${lasting}.`;
}

function section(runbook: Rehearsal, stagedAtMs: number | null, standing: Standing, nowMs: number): Markup {
  const { staged, seen } = REHEARSAL_TEXTS[runbook];
  const { state, sinceMs, holdMs } = standing;
  const words = (runbook === "watchdog" ? HEARING : STATES)[state];
  const on = stagedAtMs !== null;
  return html`<section class="card" aria-labelledby="${runbook}">
<h2 id="${runbook}">${runbook}</h2>
<div data-live="${runbook} alert"><p><code>${alertOf(runbook)}</code> <span class="state ${state}">${words}</span>${since(standing, runbook, nowMs)}${on && ` Staged ${forHowLong(nowMs - stagedAtMs)} ago.`}</p>
${state === "pending" && sinceMs !== null && html`<progress max="${holdMs}" value="${nowMs - sinceMs}" aria-label="Until ${alertOf(runbook)} fires"></progress>`}</div>
<form class="switch" method="post" action="/api/rehearsals">
<input type="hidden" name="runbook" value="${runbook}">
<p><button name="on" value="${on ? "off" : "on"}" aria-describedby="${runbook}-staged" data-live="${runbook} switch">${on ? "End it" : "Stage it"}</button>
<span class="soft" id="${runbook}-staged">${staged} ${seen}</span></p>
</form>
</section>`;
}
