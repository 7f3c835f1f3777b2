import { html } from "@/lib/infra/markup";
import type { DemoPage } from "../pages/page";
import type { Message } from "./mailbox";
import type { Templates } from "./templates";

const REFRESH_SECONDS = 5;

const time = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** The list, which asks for itself again every few seconds. */
export function listPage(
  messages: Message[],
  smtpUrl: string,
  { on: relayOn, bouncing }: { on: boolean; bouncing: ReadonlyMap<string, unknown> },
): DemoPage {
  const recipients = [
    ...new Set([...bouncing.keys(), ...messages.flatMap(({ envelopeTo }) => envelopeTo)]),
  ].sort();
  return {
    title: `Inbox (${messages.length}) · Watchpost demo`,
    width: "64rem",
    // With no referrer at all a form's Origin would be "null", and the inbox refuses what doesn't name its own.
    head: html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}"><meta name="referrer" content="same-origin">`,
    body: html`<h1>Inbox</h1>
<p class="soft">Every mail that the demo sends lands here, whoever it is for. The relay listens on <code>${smtpUrl}</code>${relayOn ? "" : " and is switched off: it sends everybody away"}.
<a href="/templates">Templates</a> shows one of each kind that Watchpost sends.</p>
<form class="switch" method="post" action="/relay?on=${relayOn ? "0" : "1"}"><p><button>${relayOn ? "Switch the relay off" : "Switch the relay on"}</button></p></form>
${recipients.map(
  (address) =>
    html`<form class="switch" method="post" action="/bouncing?address=${encodeURIComponent(address)}&amp;on=${bouncing.has(address) ? "0" : "1"}"><p>
<button aria-pressed="${bouncing.has(address) ? "true" : "false"}">${bouncing.has(address) ? "Let it take mail" : "Let it bounce"}</button>
<span>${address}${bouncing.has(address) ? ": the relay takes mail for it, and the mailbox sends it back" : ""}</span></p></form>`,
)}
<div class="card">
${
  messages.length === 0
    ? html`<p>No mail yet.</p>`
    : html`<table>
<thead><tr><th scope="col">Received</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead>
<tbody>${messages.map(
        (
          message,
        ) => html`<tr><td class="mono">${time(message.receivedAtMs)}</td><td>${message.envelopeTo.join(", ")}</td>
<td><a href="/messages/${message.id}">${message.subject || "(no subject)"}</a></td></tr>`,
      )}</tbody></table>`
}
</div>`,
  };
}

/** One mail of each kind, made of example contents by the templates that real ones are made by. */
export function templatesPage({ mailbox, names }: Templates): DemoPage {
  return {
    title: "Templates · Watchpost demo inbox",
    width: "64rem",
    body: html`<p><a href="/">Inbox</a></p>
<h1>Templates</h1>
<p class="soft">One mail of each kind that Watchpost sends, made of example contents. None of these was sent.</p>
<div class="card"><table>
<thead><tr><th scope="col">Kind</th><th scope="col">Subject</th></tr></thead>
<tbody>${names.map(
      ({ name, id }) =>
        html`<tr><td>${name}</td><td><a href="/messages/${id}">${mailbox.find(id)?.subject}</a></td></tr>`,
    )}</tbody></table></div>`,
  };
}

/** One mail: what the recipient sees, what a text reader sees, and what the relay saw. */
export function messagePage(message: Message): DemoPage {
  return {
    title: `${message.subject || "(no subject)"} · Watchpost demo inbox`,
    width: "64rem",
    frames: true,
    body: html`<p><a href="/">Inbox</a></p>
<h1>${message.subject || "(no subject)"}</h1>
<p class="soft">From ${message.from || "nobody"} to ${message.to || message.envelopeTo.join(", ")},
received ${time(message.receivedAtMs)}, ${message.sizeBytes} bytes.
<a href="/messages/${message.id}/source" download="${message.id}.eml">Download the source</a></p>
${
  message.html !== null &&
  html`<h2>As HTML</h2><iframe sandbox="" title="The mail as HTML" src="/messages/${message.id}/html"></iframe>`
}
<h2>As text</h2><div class="card"><pre>${message.text || "(no text part)"}</pre></div>
${
  message.attachments.length > 0 &&
  html`<h2>Attachments</h2><ul>${message.attachments.map(
    ({ filename, mimeType, sizeBytes }) => html`<li>${filename}, ${mimeType}, ${sizeBytes} bytes</li>`,
  )}</ul>`
}
<h2>Envelope and headers</h2><div class="card"><table><tbody>
<tr><th scope="row">MAIL FROM</th><td class="mono">${message.envelopeFrom || "<>"}</td></tr>
<tr><th scope="row">RCPT TO</th><td class="mono">${message.envelopeTo.join(", ")}</td></tr>
${message.headers.map(
  ({ name, value }) => html`<tr><th scope="row">${name}</th><td class="mono">${value}</td></tr>`,
)}
</tbody></table></div>`,
  };
}
