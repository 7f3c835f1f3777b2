import { html, type Markup } from "@/lib/infra/markup";
import { CALENDAR_STEPS, type CalendarStep, LEAVING_TENANT, STEP_TEXTS } from "../../calendar/steps";
import type { DemoPage } from "../../pages/page";
import { CAPABILITY_IDS, CHARACTERS, NODE_IDS, type NodeId, type ResidentId } from "../characters";
import type { ClusterView, PodView } from "../cluster-view";
import {
  CAPABILITY_FAULTS,
  type CapabilityFault,
  FAULT_TEXTS,
  isLasting,
  NODE_FAULTS,
  PLATFORM,
  PLATFORM_FAULTS,
} from "../faults";
import type { PlatformState } from "./switchboard";

/**
 * The control page: what each capability and node is doing with a button per fault, and the calendar of the tenant that leaves. It
 * works without its script.
 * @param standing where that tenant stands; null until it is known, undefined where there is none
 */
export function controlPage(
  state: PlatformState,
  view: ClusterView,
  standing: string | null | undefined,
): DemoPage {
  return {
    title: "Faults · Watchpost demo",
    width: "62rem",
    fetches: true,
    script: LIVE_SCRIPT,
    // With no referrer at all a form's Origin would be "null", and the server refuses what doesn't name its own.
    head: html`<meta name="referrer" content="same-origin">`,
    body: html`<h1>Faults</h1>
<p class="soft">Switch something off here, and see what its owner sees in the portal. The same on the command line:
<code>npm run demo -- fault list</code></p>
<p class="soft" role="status" data-live="said"></p>
${CAPABILITY_IDS.map((id) => capabilitySection(id, state, view))}
${NODE_IDS.map((id) => nodeSection(id, state, view))}
${platformSection(state)}
${standing !== undefined && calendarSection(standing)}`,
  };
}

function capabilitySection(id: ResidentId, state: PlatformState, view: ClusterView): Markup {
  const pods = view.pods.filter((pod) => pod.capability === id);
  const ready = pods.filter((pod) => pod.ready).length;
  const revisions = view.workloads.find(({ capability }) => capability === id)?.revisions ?? [];
  const version = [...revisions].sort((a, b) => b.number - a.number)[0]?.version;
  const on = state.capabilities[id].faults;
  return html`<section class="card" aria-labelledby="${id}">
<h2 id="${id}">${CHARACTERS[id].name}</h2>
<p data-live="${id} state">Version ${version}, ${ready} of ${CHARACTERS[id].replicas} replicas ready,
${on.length === 0 ? "no fault is on" : html`on: <strong>${on.map((fault) => FAULT_TEXTS[fault].label.toLowerCase()).join(", ")}</strong>`}.</p>
<table>
<thead><tr><th scope="col">Pod</th><th scope="col">Node</th><th scope="col">Now</th><th scope="col">Restarts</th></tr></thead>
<tbody data-live="${id} pods">${pods.map(podRow)}</tbody>
</table>
<div>${CAPABILITY_FAULTS.map((fault) => faultForm(id, fault, (on as CapabilityFault[]).includes(fault)))}</div>
</section>`;
}

function podRow(pod: PodView): Markup {
  const last = pod.lastTermination;
  const now =
    pod.statusReason ??
    (pod.ready
      ? "ready"
      : pod.init.hasFailed && !pod.init.isDone
        ? "init container: CrashLoopBackOff"
        : (pod.waitingReason ?? (pod.node ? "starting" : "waits for its node")));
  return html`<tr><td class="mono">${pod.name}</td><td>${pod.node ?? "none"}</td><td>${now}</td>
<td>${pod.restarts + pod.init.restarts}${last && html`, last: ${last.reason}, exit code ${last.exitCode}`}</td></tr>`;
}

function nodeSection(id: NodeId, state: PlatformState, view: ClusterView): Markup {
  const on = state.nodes[id].faults;
  const ready = view.nodes.find((node) => node.id === id)?.ready;
  return html`<section class="card" aria-labelledby="${id}">
<h2 id="${id}">Node ${id}</h2>
<p data-live="${id} state">${ready ? "Ready" : "Not ready"}${on.includes("node-down") && html`, <strong>away</strong>`}${on.includes("kubelet-unreachable") && html`, <strong>kubelet unreachable</strong>`}.</p>
<div>${NODE_FAULTS.map((fault) => faultForm(id, fault, on.includes(fault)))}</div>
</section>`;
}

function platformSection({ platform }: PlatformState): Markup {
  const on = platform.faults.map((fault) => FAULT_TEXTS[fault].label.toLowerCase());
  return html`<section class="card" aria-labelledby="${PLATFORM}">
<h2 id="${PLATFORM}">What all share</h2>
<p data-live="${PLATFORM} state">${on.length === 0 ? "No fault is on" : html`On: <strong>${on.join(", ")}</strong>`}.</p>
<div>${PLATFORM_FAULTS.map((fault) => faultForm(PLATFORM, fault, platform.faults.includes(fault)))}</div>
</section>`;
}

function calendarSection(standing: string | null): Markup {
  return html`<section class="card" aria-labelledby="calendar">
<h2 id="calendar">Pottery Class, on its way out</h2>
<p data-live="calendar state">${standing ?? "There is no portal yet."}</p>
<p class="soft">Sign in as <span class="mono">owner@${LEAVING_TENANT}.example</span>, take a step here, and load the portal's page anew. Nothing is measured of it. A step puts the
tenant's clock ahead: it moves the date in its definition the other way and applies the definitions, as the operator would. The
same on the command line, with any number of days: <code>npm run demo -- calendar list</code></p>
<div>${CALENDAR_STEPS.map((step) => stepForm(step))}</div>
</section>`;
}

function stepForm(step: CalendarStep): Markup {
  const { label, effect } = STEP_TEXTS[step];
  return html`<form class="switch" method="post" action="/api/calendar">
<p><button name="to" value="${step}" aria-describedby="calendar-${step}">${label}</button>
<span class="soft" id="calendar-${step}">${effect}</span></p>
</form>`;
}

function faultForm(target: string, fault: keyof typeof FAULT_TEXTS, on: boolean): Markup {
  const { label, effect } = FAULT_TEXTS[fault];
  const pressed = !isLasting(fault) ? null : html`aria-pressed="${on ? "true" : "false"}"`;
  return html`<form class="switch" method="post" action="/api/faults">
<input type="hidden" name="target" value="${target}"><input type="hidden" name="fault" value="${fault}">
<p><button name="on" value="${on ? "off" : "on"}" ${pressed} aria-describedby="${target}-${fault}" data-live="${target} ${fault}">${label}${pressed && html`<span aria-hidden="true">: ${on ? "on" : "off"}</span>`}</button>
<span class="soft" id="${target}-${fault}">${effect}</span></p>
</form>`;
}

/**
 * Asks for the page again every two seconds and takes over what changed, in place: the focus stays where it is. A button is
 * sent in the background for the same reason.
 */
export const LIVE_SCRIPT = `
const parts = (root) => new Map([...root.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part]));
async function refresh() {
  const response = await fetch(location.pathname, { cache: "no-store" });
  const text = await response.text();
  // Only the body: the style of another answer has another nonce.
  const fresh = parts(new DOMParser().parseFromString(text.slice(text.indexOf("<main>"), text.indexOf("</main>")), "text/html"));
  for (const [key, part] of parts(document)) {
    const next = fresh.get(key);
    if (!next || key === "said") continue;
    if (part.innerHTML !== next.innerHTML) part.innerHTML = next.innerHTML;
    for (const name of ["value", "aria-pressed"]) {
      if (next.hasAttribute(name)) part.setAttribute(name, next.getAttribute(name));
    }
  }
}
const say = (text) => { parts(document).get("said").textContent = text; };
const lost = () => say("The demo does not answer. Is it still running?");
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const change = Object.fromEntries(new FormData(event.target, event.submitter));
  say("One moment.");
  try {
    const response = await fetch(event.target.getAttribute("action"), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(change),
    });
    const answer = await response.json();
    say(answer.done ?? answer.error.message);
    await refresh();
  } catch { lost(); }
});
setInterval(() => { if (!document.hidden) refresh().catch(lost); }, 2000);
`;
