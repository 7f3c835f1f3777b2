import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from "jose";
import type { ClientMetadata, Configuration, KoaContextWithOIDC, Provider } from "oidc-provider";
import { html, Markup } from "@/lib/infra/markup";
import { type DemoPage, renderPage } from "../pages/page";
import type { Account } from "./accounts";
import type { IdentityKeys } from "./keys";
import { problemPage, signedOutPage, signOutPage } from "./login-page";

export type ProviderOptions = {
  issuer: string;
  portalUrl: string;
  clientId: string;
  clientSecret: string;
  accounts: Account[];
  keys: IdentityKeys;
  /** Lets a walk register a client of its own, for a second portal with a wrong secret. */
  registration: boolean;
};

const HOUR = 3600;

function answer(ctx: KoaContextWithOIDC, page: DemoPage): void {
  const { body, headers } = renderPage(page);
  ctx.set(headers);
  ctx.body = body;
}

/** What was granted before, or all that is asked for. */
async function grantWithoutAsking(ctx: KoaContextWithOIDC) {
  const { session, client, provider, requestParamScopes } = ctx.oidc;
  if (!session?.accountId || !client) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant =
    (known && (await provider.Grant.find(known))) ||
    new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope([...requestParamScopes].join(" "));
  await grant.save();
  return grant;
}

function configure(options: ProviderOptions): Configuration {
  const { portalUrl, keys } = options;
  return {
    clients: [portalClient(options)],
    jwks: { keys: keys.signing as never },
    cookies: {
      keys: keys.cookies,
      names: { session: "demo_identity", interaction: "demo_interaction", resume: "demo_resume" },
    },
    pkce: { required: () => true },
    // A portal reads its claim from the ID token, as most real providers offer it.
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "tenant", "groups"], profile: ["name"], email: ["email", "email_verified"] },
    features: features(options),
    findAccount: (_ctx, subject) => accountOf(options.accounts, subject),
    // The portal is the operator's own: nobody is asked to consent to it.
    loadExistingGrant: grantWithoutAsking,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // As Keycloak: a portal gets one without asking, and it is good for as long as the sign-in here.
    issueRefreshToken: async () => true,
    renderError(ctx, out) {
      const said = html`${out.error_description ?? out.error}`.text;
      answer(ctx, problemPage(`The portal's request was refused: ${said.replace(/\.?$/, ".")}`, portalUrl));
    },
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 60,
      IdToken: HOUR,
      Interaction: HOUR,
      Session: 8 * HOUR,
      Grant: 8 * HOUR,
      RefreshToken: 8 * HOUR,
    },
  };
}

const portalClient = ({ portalUrl, clientId, clientSecret }: ProviderOptions): ClientMetadata => ({
  client_id: clientId,
  client_secret: clientSecret,
  // The path is next-auth's own: /api/auth/callback/ and the id that lib/tenancy gives the provider.
  redirect_uris: [`${portalUrl}/api/auth/callback/oidc`],
  post_logout_redirect_uris: [`${portalUrl}/signed-out`, `${portalUrl}/sign-in`, portalUrl],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
});

const features = ({ portalUrl, registration }: ProviderOptions): Configuration["features"] => ({
  devInteractions: { enabled: false },
  registration: { enabled: registration },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource(ctx, form) {
      // Only a portal that proves whose session it ends may end it without a click.
      answer(ctx, signOutPage(new Markup(form), portalUrl, ctx.oidc.entities.IdTokenHint !== undefined));
    },
    postLogoutSuccessSource: (ctx) => answer(ctx, signedOutPage(portalUrl)),
  },
});

function accountOf(accounts: ProviderOptions["accounts"], subject: string) {
  const account = accounts.find(({ email }) => email === subject);
  if (!account) return undefined;
  const { email, name, tenant, groups } = account;
  const claims = { sub: email, email, email_verified: true, name, tenant, groups };
  return { accountId: email, claims: () => claims };
}

/** oidc-provider warns of its runtime and its stores in memory; both are intended here, and no news to a reader. */
async function quietly<T>(work: () => T | Promise<T>): Promise<T> {
  const warn = console.warn;
  console.warn = () => {};
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}

export async function makeProvider(options: ProviderOptions): Promise<Provider> {
  return quietly(async () => {
    const { Provider } = await import("oidc-provider");
    return new Provider(options.issuer, configure(options));
  });
}

/**
 * Moves the times in every ID token, as if this server's clock were wrong.
 * @param skewSeconds how far it is ahead, asked at each token
 */
export function skewTokens(provider: Provider, keys: IdentityKeys, skewSeconds: () => number): void {
  provider.use(async (ctx, next) => {
    await next();
    const skew = skewSeconds();
    const answered = ctx.body as { id_token?: string } | undefined;
    if (skew === 0 || ctx.path !== "/token" || !answered?.id_token) return;
    const { kid, alg } = decodeProtectedHeader(answered.id_token);
    const key = keys.signing.find((candidate) => candidate.kid === kid);
    if (!key || !alg) return;
    const payload = decodeJwt(answered.id_token);
    const moved = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds + skew);
    answered.id_token = await new SignJWT({ ...payload, iat: moved(payload.iat), exp: moved(payload.exp) })
      .setProtectedHeader({ alg, kid })
      .sign(await importJWK(key, alg));
  });
}
