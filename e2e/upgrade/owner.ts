import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_PASSWORD } from "@/demo/identity/accounts";
import { CookieJar, signInAtProvider } from "@/demo/identity/sign-in";
import type { ThresholdsView } from "@/lib/thresholds/view";

/** A session lasts so long at least: the portal takes 60 sign-ins a minute from one address, and all owners here share it. */
const SESSION_MS = 5_000;
const PAUSE_MS = 200;

/** An owner who uses the portal by HTTP as their browser would: every answer must be the one that they expect. */
export class UpgradeOwner {
  #jar = new CookieJar();
  saves = 0;
  signIns = 0;

  constructor(
    private readonly portal: string,
    readonly tenant: string,
  ) {}

  async #ask(
    path: string,
    expected: number,
    init: { method?: string; body?: BodyInit } = {},
    jar = this.#jar,
  ): Promise<string> {
    const response = await fetch(new URL(path, this.portal), {
      ...init,
      redirect: "manual",
      headers: {
        cookie: jar.header,
        origin: this.portal,
        ...(typeof init.body === "string" && { "content-type": "application/json" }),
      },
    });
    jar.take(response);
    const text = await response.text();
    if (response.status !== expected)
      throw new Error(`${init.method ?? "GET"} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return text;
  }

  /** Opens a new session. Until it is there, whatever else the owner asks goes on in the one before. */
  async signIn(): Promise<void> {
    const jar = new CookieJar();
    const body = new URLSearchParams({ callbackUrl: "/" });
    const html = await this.#ask("/api/auth/signin/oidc", 200, { method: "POST", body }, jar);
    const goesTo = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    const account = { email: `owner@${this.tenant}.example`, password: DEMO_PASSWORD };
    await this.#ask(await signInAtProvider(goesTo ?? "", this.portal, account), 303, {}, jar);
    this.#jar = jar;
    this.signIns += 1;
  }

  /** Looks at the page and what it polls, and saves a threshold that was read just before. */
  async view(): Promise<void> {
    const page = await this.#ask("/", 200);
    if (!page.includes(`Name of ${this.tenant}`))
      throw new Error("The page isn't that of the owner's tenant.");
    await this.#ask("/api/health", 200);
    const view = JSON.parse(await this.#ask("/api/thresholds", 200)) as ThresholdsView;
    const version = view.lines.find(({ key }) => key === "latency/p95")?.threshold.version ?? 0;
    const to = { enabled: true, inclusive: false, value: 2 + (this.saves % 50) / 100 };
    const change = {
      change: "set",
      range: "24h",
      pageOf: this.tenant,
      expectedVersion: version,
      to: { ...to, forSeconds: 300, recoverForSeconds: 300 },
    };
    await this.#ask("/api/thresholds/latency/p95", 200, { method: "PUT", body: JSON.stringify(change) });
    this.saves += 1;
  }

  /** Asks for a test alert; an owner may three times an hour. */
  async askForTest(): Promise<void> {
    await this.#ask("/api/alerts/test", 202, { method: "POST" });
  }

  /** Goes on until stopped. @throws Error at the first answer that isn't as it should be */
  async keepBusy(stop: AbortSignal): Promise<void> {
    let signedInAtMs = Number.NEGATIVE_INFINITY;
    while (!stop.aborted) {
      if (performance.now() - signedInAtMs >= SESSION_MS) {
        await this.signIn();
        signedInAtMs = performance.now();
      }
      await this.view();
      await sleep(PAUSE_MS);
    }
  }
}
