import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { NextRequest } from "next/server";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll } from "vitest";
import { DEMO_PASSWORD } from "@/demo/identity/accounts";
import { CookieJar, signInAtProvider } from "@/demo/identity/sign-in";
import { type Identity, startIdentity } from "@/demo/identity/start";
import { accessOf } from "@/lib/tenancy/session";
import { type SignInSettings, signInSettings } from "@/lib/tenancy/settings";
import { beginSignIn, finishSignIn } from "@/lib/tenancy/sign-in";
import { signOut } from "@/lib/tenancy/sign-out";
import { inRequest } from "./next-request";
import { setPortalEnvironment } from "./portal-environment";
import { freshDatabase } from "./postgres";

/** Where the portal would be; nobody listens there, its functions are called. */
export const PORTAL_URL = "http://127.0.0.1:3999";

const CLIENT = { clientId: "watchpost", clientSecret: "dGhlIHBvcnRhbCdzIG93biBzZWNyZXQ" };

export type SignInWorld = {
  settings: SignInSettings;
  identity: Identity;
  sql: Client;
  /** Puts the provider's clock wrong by so many seconds. */
  skewProvider(seconds: number): Promise<void>;
  stop(): Promise<void>;
};

/** A real provider, and a real database with tenants in each state; the process's environment names both. */
export async function startSignInWorld(): Promise<SignInWorld> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "watchpost-identity-"));
  const database = await freshDatabase();
  const identity = await startIdentity({ port: 0, portalUrl: PORTAL_URL, ...CLIENT, dataDir, walks: true });
  setPortalEnvironment({
    DATABASE_URL: database.url,
    OIDC_ISSUER: identity.issuer,
    OIDC_CLIENT_ID: CLIENT.clientId,
    OIDC_CLIENT_SECRET: CLIENT.clientSecret,
    NEXTAUTH_URL: PORTAL_URL,
  });
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  await sql.query(
    `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
     SELECT id, id, id || '@example.org', 'Europe/Berlin', state::tenant_state, '{}'
     FROM (VALUES ('photos', 'live'), ('tickets', 'live'), ('library', 'onboarding'), ('archive', 'ended')) AS t (id, state)`,
  );
  return {
    settings: signInSettings(),
    identity,
    sql,
    async skewProvider(seconds) {
      await fetch(`${identity.issuer}/walks/clock?skewSeconds=${seconds}`, { method: "POST" });
    },
    async stop() {
      const { closeDatabase } = await import("@/lib/infra/db");
      await closeDatabase();
      await sql.end();
      await identity.stop();
      await database.drop();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** The world of a file's tests. It is there from the first test on, and stopped after the last. */
export function worldOfFile(): SignInWorld {
  const world = {} as SignInWorld;
  beforeAll(async () => {
    Object.assign(world, await startSignInWorld());
  });
  afterAll(() => world.stop());
  return world;
}

/** A list for what a test starts. After each test all in it is stopped. */
export function stopsAfterTest(): (() => Promise<unknown>)[] {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  return stops;
}

/** A browser in small, which signs in and out as a person does who has no scripts. */
export class SignInBrowser {
  jar = new CookieJar();

  constructor(private readonly world: SignInWorld) {}

  /** Presses the button of the sign-in page. */
  async begin(using = this.world.settings, returnTo = "/"): Promise<{ response: Response; goesTo: string }> {
    const request = new NextRequest(`${PORTAL_URL}/api/auth/signin/oidc`, {
      method: "POST",
      body: new URLSearchParams({ callbackUrl: returnTo }),
      headers: { cookie: this.jar.header },
    });
    const response = await beginSignIn(request, using, async () => 0);
    this.jar.take(response);
    const html = await response.clone().text();
    const goesTo = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(html)?.[1] ?? "";
    return { response, goesTo: goesTo.replaceAll("&amp;", "&") };
  }

  /** Brings the provider's answer to the portal. */
  async finish(answer: string, using = this.world.settings): Promise<Response> {
    const request = new NextRequest(answer, { headers: { cookie: this.jar.header } });
    const response = await inRequest(request, () => finishSignIn(request, using));
    this.jar.take(response);
    return response;
  }

  /** What the provider answers to where begin() sent the browser: an address of the portal. */
  answerOf(goesTo: string, email = "whoever"): Promise<string> {
    return signInAtProvider(goesTo, PORTAL_URL, { email, password: DEMO_PASSWORD });
  }

  async signInAs(email: string, using = this.world.settings, returnTo = "/"): Promise<Response> {
    const { goesTo } = await this.begin(using, returnTo);
    return this.finish(await this.answerOf(goesTo, email), using);
  }

  /** Presses "Sign out", with another cookie of the same host in the browser. */
  async signOut(using = this.world.settings): Promise<{ response: Response; html: string }> {
    const headers = { cookie: `${this.jar.header}; theme=dark` };
    const request = new NextRequest(`${PORTAL_URL}/sign-out`, { method: "POST", headers });
    const response = await signOut(request, using);
    this.jar.take(response);
    return { response, html: await response.clone().text() };
  }

  /** What a request with this browser's cookies may see. */
  see = () => accessOf(this.jar.sent, this.world.settings, Date.now());
}
