import { html, type Markup } from "@/lib/markup";
import type { Page } from "../pages/page";
import { LIVE_SCRIPT } from "../platform/control/page";
import type { AlertState, RehearsalDesk } from "./desk";
import { alertOf, NOT_REHEARSED, REHEARSAL_TEXTS, REHEARSALS, type Rehearsal } from "./rehearsals";
import { REHEARSAL_FACTOR } from "./shortened";

/** The page that rehearses the runbooks: what stages each fault, what is seen then, and a button to begin or end it. */
export async function rehearsalPage(desk: RehearsalDesk): Promise<Page> {
  const states = await desk.states();
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
<p class="soft" role="status" data-live="said"></p>
${REHEARSALS.map((runbook) => section(runbook, desk.isOn(runbook), states[runbook]))}
<section class="card"><h2>Not staged here</h2>
<table><tbody>${Object.entries(NOT_REHEARSED).map(
      ([runbook, reason]) => html`<tr><th scope="row">${runbook}</th><td>${reason}</td></tr>`,
    )}</tbody></table></section>`,
  };
}

const STATES: Record<AlertState, string> = {
  inactive: "doesn't fire",
  pending: "is pending",
  firing: "fires",
  unknown: "can't be asked for: Prometheus doesn't answer",
};

function section(runbook: Rehearsal, on: boolean, state: AlertState): Markup {
  const { staged, seen } = REHEARSAL_TEXTS[runbook];
  return html`<section class="card" aria-labelledby="${runbook}">
<h2 id="${runbook}">${runbook}</h2>
<p data-live="${runbook} alert"><code>${alertOf(runbook)}</code> ${state === "firing" ? html`<strong>${STATES[state]}</strong>` : STATES[state]}.</p>
<form class="switch" method="post" action="/api/rehearsals">
<input type="hidden" name="runbook" value="${runbook}">
<p><button name="on" value="${on ? "off" : "on"}" aria-describedby="${runbook}-staged" data-live="${runbook} switch">${on ? "End it" : "Stage it"}</button>
<span class="soft" id="${runbook}-staged">${staged} ${seen}</span></p>
</form>
</section>`;
}
