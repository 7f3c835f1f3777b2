import { DEMO_PASSWORD } from "../identity/accounts";
import { CookieJar, signInAtProvider } from "../identity/sign-in";
import { RehearsalRefused } from "./rehearsals";

const ANSWER_WITHIN_MS = 20_000;
const LOOKS_EVERY_MS = 2_000;

/** Somebody who is signed in and looks at the portal, as an open page does. */
export type Visitor = {
  /**
   * Looks at an address again and again. Signs in first where that is needed.
   * @returns what ends it
   * @throws RehearsalRefused where nobody can sign in
   */
  visit(path: string): Promise<() => void>;
  /** Signs in once more. @throws Error where that fails */
  signInAgain(): Promise<void>;
};

/** @param email one of the demo's accounts, of one tenant */
export function createVisitor(portalUrl: string, email: string): Visitor {
  const jar = new CookieJar();

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(new URL(path, portalUrl), {
      ...init,
      headers: { cookie: jar.header, origin: portalUrl },
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    jar.take(response);
    return response;
  }

  async function look(path: string): Promise<number> {
    const response = await ask(path);
    await response.body?.cancel();
    return response.status;
  }

  async function signInAgain(): Promise<void> {
    const begun = await ask("/api/auth/signin/oidc", {
      method: "POST",
      body: new URLSearchParams({ callbackUrl: "/" }),
    });
    const [, goesTo] = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(await begun.text()) ?? [];
    if (goesTo === undefined) throw new RehearsalRefused(`The portal answered ${begun.status}.`);
    const account = { email, password: DEMO_PASSWORD };
    await look(await signInAtProvider(goesTo.replaceAll("&amp;", "&"), portalUrl, account));
  }

  async function signIn(path: string): Promise<void> {
    await signInAgain();
    if ((await look(path)) === 401) throw new RehearsalRefused("The portal doesn't know the session.");
  }

  return {
    signInAgain,
    visit: async (path) => {
      try {
        if ((await look(path)) === 401) await signIn(path);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RehearsalRefused(`Nobody can sign in to look at ${path}: ${reason}`);
      }
      let looks = false;
      const timer = setInterval(async () => {
        if (looks) return;
        looks = true;
        // What becomes of it is the rehearsal.
        await look(path).catch(() => {});
        looks = false;
      }, LOOKS_EVERY_MS).unref();
      return () => clearInterval(timer);
    },
  };
}
