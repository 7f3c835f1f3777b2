import { withinMs } from "@/lib/infra/within";
import { discoverProvider } from "./discovery";
import { SignInFailure } from "./failure";
import { type SignInSettings, signInSettings } from "./settings";

/** How long an answer of the provider is good for. */
const KNOWN_MS = 60_000;

/** How long a probe of this process may wait for the provider. The answer counts for the next one. */
const WAIT_MS = 1_000;

let known: { askedAtMs: number; fault: string | null } | null = null;
let asking: Promise<void> | null = null;

/**
 * Why nobody can sign in at the provider, in a sentence without a host; null where they can. Asked at most
 * once a minute. It keeps no process from serving: people who are signed in keep access for a time.
 */
export async function providerFault(settings: SignInSettings = signInSettings()): Promise<string | null> {
  const isOld = known === null || performance.now() - known.askedAtMs > KNOWN_MS;
  if (isOld) asking ??= ask(settings);
  if (asking) await withinMs(asking, WAIT_MS);
  return known?.fault ?? null;
}

async function ask(settings: SignInSettings): Promise<void> {
  try {
    const fault = await discoverProvider(settings).then(() => null, faultOf);
    known = { askedAtMs: performance.now(), fault };
  } finally {
    asking = null;
  }
}

function faultOf(error: unknown): string {
  if (!(error instanceof SignInFailure)) throw error;
  const nobody = "Nobody can sign in; who is signed in keeps access until their claims are an hour old.";
  if (error.code === "provider-unusable") return `${error.message} ${nobody}`;
  if (error.code === "issuer-mismatch")
    return `The sign-in service calls itself otherwise than OIDC_ISSUER says. ${nobody}`;
  return `The sign-in service's discovery document can't be read. ${nobody}`;
}
