import { html } from "@/lib/infra/markup";
import type { DemoPage } from "../pages/page";
import { type Account, DEMO_PASSWORD } from "./accounts";

type LoginPage = {
  action: string;
  portalUrl: string;
  accounts: Account[];
  /** What stands in the first field. */
  email: string;
  /** A sentence about the last try, or null. */
  problem: string | null;
};

/** The sign-in form. A click on an account fills in its address; the form works without a script. */
export function loginPage({ action, portalUrl, accounts, email, problem }: LoginPage): DemoPage {
  return {
    title: "Sign in · Watchpost demo identity",
    formTargets: [portalUrl],
    body: html`
<h1>Sign in to Watchpost</h1>
<p class="soft">This is the demo's identity provider. In production your organisation's own sign-in stands here.</p>
<form class="card" method="post" action="${action}">
${problem && html`<p class="bad" role="alert">${problem}</p>`}
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${email}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
 aria-describedby="password-hint">
<p id="password-hint" class="soft">The password of every demo account is <code>${DEMO_PASSWORD}</code>.</p>
<button type="submit">Sign in</button>
</form>
<h2>Accounts</h2>
<ul class="plain">
${accounts.map(
  (
    account,
  ) => html`<li><a href="${action}?email=${encodeURIComponent(account.email)}">${account.email}</a><br>
<span class="soft">${account.purpose}</span></li>`,
)}
</ul>`,
  };
}

/** What remains when a sign-in can't go on: one sentence, and the way back. */
export function problemPage(sentence: string, portalUrl: string): DemoPage {
  return {
    title: "Sign-in problem · Watchpost demo identity",
    body: html`<h1>This sign-in can't go on</h1><p>${sentence}</p><p><a href="${portalUrl}">Back to the portal</a></p>`,
  };
}

/** Asks whether to end the session here, too. @param form the provider's own form, named op.logoutForm */
export function signOutPage(
  form: ReturnType<typeof html>,
  portalUrl: string,
  submitAtOnce: boolean,
): DemoPage {
  return {
    title: "Sign out · Watchpost demo identity",
    formTargets: [portalUrl],
    body: html`<h1>Sign out</h1><p>This ends your session at the identity provider, too.</p>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
    // A click of its own, so that the button's value is sent with the form.
    script: submitAtOnce ? `document.querySelector("button").click();` : undefined,
  };
}

export function signedOutPage(portalUrl: string): DemoPage {
  return {
    title: "Signed out · Watchpost demo identity",
    body: html`<h1>You are signed out</h1><p><a href="${portalUrl}">Back to the portal</a></p>`,
  };
}
