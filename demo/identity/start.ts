import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Provider } from "oidc-provider";
import { close, LOOPBACK, listen, namesThisMachine } from "../pages/listen";
import { sendPage } from "../pages/page";
import { type Account, DEMO_PASSWORD, demoAccounts } from "./accounts";
import { loadKeys } from "./keys";
import { loginPage, problemPage } from "./login-page";
import { makeProvider, skewTokens } from "./provider";

const FORM_LIMIT_BYTES = 8 * 1024;

export type IdentityOptions = {
  /** 0 takes any free port. */
  port: number;
  /** The portal's origin, without a slash at its end. */
  portalUrl: string;
  clientId: string;
  clientSecret: string;
  /** Where the signing keys are kept. */
  dataDir: string;
  /**
   * What the walks need and the demo doesn't: accounts whose tenant must be refused, a clock that can be put wrong
   * (`POST /walks/clock?skewSeconds=N`), and registration of further clients (`POST /reg`).
   */
  walks?: boolean;
  /** Whether it answers everybody with an error, for the demo's fault. */
  isDown?: () => boolean;
};

export type Identity = { issuer: string; stop(): Promise<void> };

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > FORM_LIMIT_BYTES) throw new RangeError("The form is too long.");
  }
  return new URLSearchParams(text);
}

function isDemoPassword(given: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(DEMO_PASSWORD)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The form of one sign-in: GET shows it, POST answers it. */
async function interact(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { provider, portalUrl, accounts }: { provider: Provider; portalUrl: string; accounts: Account[] },
): Promise<unknown> {
  try {
    await provider.interactionDetails(request, response);
  } catch {
    const sentence = "It has expired, was finished already, or was begun in another browser.";
    return sendPage(response, 400, problemPage(sentence, portalUrl));
  }
  const page = { action: url.pathname, portalUrl, accounts };
  if (request.method !== "POST") {
    return sendPage(
      response,
      200,
      loginPage({ ...page, email: url.searchParams.get("email") ?? "", problem: null }),
    );
  }
  const form = await readForm(request);
  const email = (form.get("email") ?? "").trim().toLowerCase();
  const account = accounts.find((candidate) => candidate.email === email);
  if (!account || !isDemoPassword(form.get("password") ?? "")) {
    const problem = "No account has this address and this password.";
    return sendPage(response, 401, loginPage({ ...page, email, problem }));
  }
  return provider.interactionFinished(request, response, { login: { accountId: account.email } });
}

/**
 * Starts the demo's identity provider on this machine's own address.
 * @throws Error when its port is taken
 */
export async function startIdentity(options: IdentityOptions): Promise<Identity> {
  const { portalUrl, dataDir, walks = false, isDown = () => false } = options;
  const keys = await loadKeys(dataDir);
  const accounts = demoAccounts(walks);
  // The issuer names the port, so the provider is made once the port is ours.
  let provider: Provider | undefined;
  let skewSeconds = 0;

  const server = createServer(async (request, response) => {
    if (!provider || !namesThisMachine(request.headers.host)) {
      response.writeHead(provider ? 421 : 503).end();
      return;
    }
    if (isDown()) {
      sendPage(response, 503, problemPage("Sign-in is switched off by a fault of the demo.", portalUrl));
      return;
    }
    const url = new URL(request.url ?? "/", `http://${LOOPBACK}`);
    try {
      if (walks && url.pathname === "/walks/clock" && request.method === "POST") {
        skewSeconds = Number(url.searchParams.get("skewSeconds") ?? 0);
        response.writeHead(204).end();
      } else if (/^\/interaction\/[\w-]+$/.test(url.pathname)) {
        await interact(request, response, url, { provider, portalUrl, accounts });
      } else if (url.pathname === "/") {
        response.writeHead(302, { location: portalUrl }).end();
      } else {
        await provider.callback()(request, response);
      }
    } catch (error) {
      if (response.headersSent) return void response.end();
      const sentence = `The demo's identity provider failed: ${error instanceof Error ? error.message : "unknown"}`;
      sendPage(response, 500, problemPage(sentence, portalUrl));
    }
  });

  const port = await listen(server, options.port, "The demo's identity provider");
  const issuer = `http://${LOOPBACK}:${port}`;
  const { clientId, clientSecret } = options;
  provider = await makeProvider({
    issuer,
    portalUrl,
    clientId,
    clientSecret,
    accounts,
    keys,
    registration: walks,
  });
  if (walks) skewTokens(provider, keys, () => skewSeconds);
  return { issuer, stop: () => close(server) };
}
