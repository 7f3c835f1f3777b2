import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import type { ClientMetadata, Configuration, Provider } from "oidc-provider";
import { close, listen } from "../pages/listen";

type Person = { sub: string; [claim: string]: unknown };

/** How this provider differs from a plain one that signs with RS256 and puts every claim into the id token. */
export type IdentityProviderOptions = {
  /** The first one signs the portal's tokens. */
  algorithms?: string[];
  /** Whether claims of scopes are at userinfo only, as OpenID Connect Core 1.0, section 5.4 has it. */
  claimsAtUserinfo?: boolean;
  /** The claims that each scope asks for, beside openid: sub. */
  claims?: Record<string, string[]>;
  client?: Partial<ClientMetadata>;
  configuration?: Configuration;
  /** What follows the host in the issuer. */
  path?: string;
  /** Comes before the provider's own work, and may change what that answered. */
  use?: Parameters<Provider["use"]>[0];
  /** Changes an answer on its way out: the discovery document, userinfo. */
  rewrite?: (path: string, body: Record<string, unknown>) => Record<string, unknown>;
};

export type IdentityProvider = {
  issuer: string;
  /** Signs in every visitor as this person, without a form. */
  person: Person;
  /** The portal's settings for it. */
  settings<T extends object>(base: T): T & { issuer: string; clientId: string; clientSecret: string | null };
  /** From now on new keys sign, under new ids. */
  rotateKeys(): Promise<void>;
  stop(): Promise<void>;
};

const CLIENT_SECRET = "dGhlIHBvcnRhbCdzIG93biBzZWNyZXQtZm9yLUhTMjU2";

/** A real provider (oidc-provider) on a port of its own, set up as one of those that installations have. */
export async function startIdentityProvider(
  portalUrl: string,
  options: IdentityProviderOptions = {},
): Promise<IdentityProvider> {
  let provider: Provider | undefined;
  const { path = "", rewrite } = options;
  const server = createServer((request, response) => {
    if (rewrite) rewriteJson(request, response, rewrite);
    mountAt(path.replace(/\/$/, ""), request);
    return answer(request, response);
  });
  const port = await listen(server, 0, "A provider of the tests");
  const issuer = `http://127.0.0.1:${port}${path}`;
  const made: IdentityProvider = {
    issuer,
    person: { sub: "nobody-yet" },
    settings: (base) => ({
      ...base,
      issuer: issuer.replace(/\/$/, ""),
      clientId: "watchpost",
      clientSecret: options.client?.token_endpoint_auth_method === "none" ? null : CLIENT_SECRET,
    }),
    rotateKeys: async () => {
      provider = await makeProvider(made, portalUrl, options);
    },
    stop: () => close(server),
  };
  async function answer(request: IncomingMessage, response: ServerResponse) {
    if (request.url?.startsWith("/interaction/"))
      await provider?.interactionFinished(request, response, { login: { accountId: made.person.sub } });
    else await provider?.callback()(request, response);
  }
  await made.rotateKeys();
  return made;
}

async function makeProvider(
  made: IdentityProvider,
  portalUrl: string,
  options: IdentityProviderOptions,
): Promise<Provider> {
  const { algorithms = ["RS256"], claims = {}, client, configuration } = options;
  const keys = await Promise.all(algorithms.filter((alg) => !alg.startsWith("HS")).map(signingKey));
  const warn = console.warn;
  console.warn = () => {}; // it remarks on its stores in memory
  try {
    const { Provider } = await import("oidc-provider");
    const provider = new Provider(made.issuer, {
      clients: [
        {
          client_id: "watchpost",
          client_secret: CLIENT_SECRET,
          redirect_uris: [`${portalUrl}/api/auth/callback/oidc`],
          id_token_signed_response_alg: algorithms[0] as never,
          ...client,
        },
      ],
      jwks: { keys: keys as never },
      enabledJWA: { idTokenSigningAlgValues: algorithms as never },
      cookies: { keys: ["a key of this test's cookies"] },
      conformIdTokenClaims: options.claimsAtUserinfo ?? false,
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], ...claims },
      scopes: ["openid", "offline_access", ...Object.keys(claims)],
      features: { devInteractions: { enabled: false } },
      findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...made.person, sub }) }),
      loadExistingGrant: async (ctx) => {
        const { session, client: asking, requestParamScopes } = ctx.oidc;
        const grant = new ctx.oidc.provider.Grant({
          accountId: session?.accountId,
          clientId: asking?.clientId,
        });
        grant.addOIDCScope([...requestParamScopes].join(" "));
        await grant.save();
        return grant;
      },
      interactions: {
        url: (_ctx, interaction) =>
          `${new URL(made.issuer).pathname.replace(/\/$/, "")}/interaction/${interaction.uid}`,
      },
      ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
      ...configuration,
    });
    if (options.use) provider.use(options.use);
    return provider;
  } finally {
    console.warn = warn;
  }
}

/** As a framework in front of oidc-provider does, which then names its endpoints below the path. */
function mountAt(path: string, request: IncomingMessage & { originalUrl?: string }): void {
  if (!path || !request.url?.startsWith(path)) return;
  request.originalUrl = request.url;
  request.url = request.url.slice(path.length) || "/";
}

async function signingKey(alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: "sig", kid: crypto.randomUUID() };
}

/** Lets a test change what the provider answers in JSON. */
function rewriteJson(
  request: IncomingMessage,
  response: ServerResponse,
  rewrite: NonNullable<IdentityProviderOptions["rewrite"]>,
): void {
  const path = request.url ?? "";
  const end = response.end.bind(response);
  response.end = ((body?: unknown) => {
    const isJson = String(response.getHeader("content-type")).includes("json");
    if (!isJson || body === undefined) return body === undefined ? end() : end(body as string);
    const text = JSON.stringify(rewrite(path, JSON.parse(String(body))));
    response.setHeader("content-length", Buffer.byteLength(text));
    return end(text);
  }) as typeof response.end;
}
