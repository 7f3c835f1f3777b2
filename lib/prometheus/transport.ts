import { failed, type Outcome } from "./failure";
import { readRefusal } from "./response";

/** An answer for one tenant is some kilobytes. Past this it isn't one. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Where Prometheus is and what it wants to see. The headers hold secrets. */
export type Endpoint = { base: string; headers: Record<string, string> };

/**
 * Takes apart what the environment says about Prometheus, so that no secret stays in an address.
 * @throws TypeError when that can't be used; it names the variable and never its value
 */
export function endpointOf({
  url,
  bearerToken,
  tenantHeader,
}: {
  url: string;
  bearerToken?: string;
  tenantHeader?: string;
}): Endpoint {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:") {
    throw new TypeError("PROMETHEUS_URL is not an http(s) URL.");
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    throw new TypeError("PROMETHEUS_URL may have a path, but no query and no fragment.");
  }
  const headers: Record<string, string> = {
    accept: "application/json",
    // An answer is a few kilobytes from nearby: packing and unpacking it costs both sides more than sending it.
    "accept-encoding": "identity",
  };
  if (parsed.username !== "" || parsed.password !== "") headers.authorization = basic(parsed);
  if (bearerToken !== undefined) {
    if (headers.authorization) {
      throw new TypeError(
        "PROMETHEUS_URL has a user name and PROMETHEUS_BEARER_TOKEN is set: keep one of them.",
      );
    }
    if (!/^[\x21-\x7e]+$/.test(bearerToken.trim()))
      throw new TypeError("PROMETHEUS_BEARER_TOKEN is not a token.");
    headers.authorization = `Bearer ${bearerToken.trim()}`;
  }
  if (tenantHeader !== undefined) {
    const [, name, value] = /^([A-Za-z0-9-]+):\s*([\x20-\x7e]*\S)\s*$/.exec(tenantHeader) ?? [];
    if (name === undefined || value === undefined) {
      throw new TypeError('PROMETHEUS_TENANT_HEADER is not of the form "Header-Name: value".');
    }
    headers[name.toLowerCase()] = value;
  }
  return { base: parsed.origin + parsed.pathname.replace(/\/+$/, ""), headers };
}

function basic({ username, password }: URL): string {
  let credentials: string;
  try {
    credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw new TypeError(
      "PROMETHEUS_URL has a user name or password that isn't percent-encoded as it must be.",
    );
  }
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

/**
 * Asks one question and reads the whole answer.
 *
 * POST, so that a long query fits; no redirect is followed, since it would carry the credentials elsewhere.
 * @param signal ends the question at whatever stage it is, a body that trickles included
 */
export async function post(
  { base, headers }: Endpoint,
  path: string,
  parameters: Record<string, string>,
  signal: AbortSignal,
): Promise<Outcome<string>> {
  let answered = false;
  try {
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      headers,
      body: new URLSearchParams(parameters),
      redirect: "manual",
      cache: "no-store",
      signal,
    });
    answered = true;
    const body = await readBody(response);
    if (body === null) return failed("malformed", `more than ${MAX_BODY_BYTES} bytes`);
    return response.status === 200 ? { ok: true, data: body } : readRefusal(response.status, body);
  } catch (error) {
    return networkFailure(error, answered);
  }
}

async function readBody(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @param answered whether the head of an answer had come already: then the body was cut short */
function networkFailure(error: unknown, answered: boolean) {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const name = error instanceof Error ? error.name : "";
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : name;
  if (name === "TimeoutError" || /TIMEOUT|ETIMEDOUT/.test(code)) return failed("timeout", code || name);
  if (answered || code.startsWith("HPE_")) return failed("not-json", code);
  return failed("unreachable", code);
}
