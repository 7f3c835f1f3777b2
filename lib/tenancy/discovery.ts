import { SignInFailure } from "./failure";
import { type Provider, providerOf } from "./provider-facts";
import type { SignInSettings } from "./settings";

/** How long the provider may take to describe itself. */
const TIMEOUT_MS = 5_000;

/** More than any provider says of itself. */
const MAX_BYTES = 512 * 1024;

/**
 * Reads what the provider says of itself (OpenID Connect Discovery 1.0, section 4), and whether this portal
 * can work with it.
 * @throws SignInFailure `issuer-unreachable` without an answer, `issuer-mismatch` and `provider-unusable`
 * with the reason
 */
export async function discoverProvider(settings: SignInSettings): Promise<Provider> {
  const found = providerOf(await readDiscovery(settings.issuer), settings);
  if (!found.ok) throw new SignInFailure(found.code, found.reason);
  return found.provider;
}

/**
 * The provider's own description, as it is.
 * @param issuer without a slash at the end
 * @throws SignInFailure `issuer-unreachable`
 */
export async function readDiscovery(issuer: string): Promise<unknown> {
  try {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
      headers: { accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`The issuer answered its discovery with ${response.status}.`);
    return JSON.parse(await boundedText(response));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new SignInFailure("issuer-unreachable", `Discovery failed: ${causeOf(error) ?? said}`, {
      cause: error,
    });
  }
}

/** What lies under "fetch failed": ECONNREFUSED, a certificate. */
function causeOf(error: unknown): string | null {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : null;
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new RangeError(`The discovery document is longer than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
