import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { outsideRequest } from "@/lib/infra/outside-request";
import { failed, type QueryOutcome } from "./failure";
import { readRefusal } from "./response";

/** An answer for one tenant is some kilobytes. Past this it isn't one. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * VictoriaMetrics answers for another time than it is asked for: an instant of the last 30 seconds as of 30 seconds ago
 * (`-search.latencyOffset`), and a grid moved to multiples of its step, for its cache. This parameter asks it not to. Other stores
 * ignore it.
 */
export const AS_ASKED = { nocache: "1" } as const;

/** What the environment says about Prometheus can't be used. The message names the variable and never its value. */
export class PrometheusSettingsError extends Error {
  override name = "PrometheusSettingsError";
}

/** Where Prometheus is and what it wants to see. The headers hold secrets. */
export type Endpoint = {
  base: string;
  headers: Record<string, string>;
  /** Gets the server's time, by the Date of each answer, in milliseconds since the epoch, to the second. */
  onTime?: (serverMs: number) => void;
};

/**
 * Takes apart what the environment says about Prometheus, so that no secret stays in an address.
 * @throws PrometheusSettingsError when that can't be used
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
    throw new PrometheusSettingsError("PROMETHEUS_URL is not an http(s) URL.");
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    throw new PrometheusSettingsError("PROMETHEUS_URL may have a path, but no query and no fragment.");
  }
  const headers: Record<string, string> = {
    accept: "application/json",
    // An answer is a few kilobytes from nearby: packing and unpacking it costs both sides more than sending it.
    "accept-encoding": "identity",
  };
  if (parsed.username !== "" || parsed.password !== "") headers.authorization = basic(parsed);
  if (bearerToken !== undefined) {
    if (headers.authorization) {
      throw new PrometheusSettingsError(
        "PROMETHEUS_URL has a user name and PROMETHEUS_BEARER_TOKEN is set: keep one of them.",
      );
    }
    if (!/^[\x21-\x7e]+$/.test(bearerToken.trim()))
      throw new PrometheusSettingsError("PROMETHEUS_BEARER_TOKEN is not a token.");
    headers.authorization = `Bearer ${bearerToken.trim()}`;
  }
  if (tenantHeader !== undefined) {
    const [, name, value] = /^([A-Za-z0-9-]+):\s*([\x20-\x7e]*\S)\s*$/.exec(tenantHeader) ?? [];
    if (name === undefined || value === undefined) {
      throw new PrometheusSettingsError('PROMETHEUS_TENANT_HEADER is not of the form "Header-Name: value".');
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
    throw new PrometheusSettingsError(
      "PROMETHEUS_URL has a user name or password that isn't percent-encoded as it must be.",
    );
  }
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

/** Shorter than what stands before a Prometheus keeps an idle connection, so that few are met just as they close. */
const IDLE_CONNECTION_MS = 20_000;
const CONNECTIONS = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
const httpAgent = new HttpAgent(CONNECTIONS);
const httpsAgent = new HttpsAgent(CONNECTIONS);

/**
 * Asks one question and reads the whole answer.
 *
 * POST, so that a long query fits; no redirect is followed, since it would carry the credentials elsewhere. By node:http: a
 * view puts some twenty questions at once, and fetch takes several times the processor time for each.
 * @param signal ends the question at whatever stage it is, a body that trickles included
 */
export async function post(
  { base, headers, onTime }: Endpoint,
  path: string,
  parameters: Record<string, string>,
  signal: AbortSignal,
): Promise<QueryOutcome<string>> {
  const form = new URLSearchParams(parameters).toString();
  return sendTwice(new URL(`${base}${path}`), headers, form, signal, onTime);
}

/** Reads what Prometheus gives by GET alone: label values and its version. */
export function get({ base, headers, onTime }: Endpoint, path: string, signal: AbortSignal) {
  return sendTwice(new URL(`${base}${path}`), headers, null, signal, onTime);
}

/** A kept connection that the other side closed while the question was on its way says nothing about the server. */
async function sendTwice(...sending: Parameters<typeof send>): Promise<QueryOutcome<string>> {
  const first = await send(...sending);
  const [, , , signal] = sending;
  const { outcome } = first.lostConnection && !signal.aborted ? await send(...sending) : first;
  return outcome;
}

type Sent = { outcome: QueryOutcome<string>; lostConnection: boolean };

function send(
  url: URL,
  headers: Record<string, string>,
  form: string | null,
  signal: AbortSignal,
  onTime: Endpoint["onTime"],
): Promise<Sent> {
  const secure = url.protocol === "https:";
  const options = {
    method: form === null ? "GET" : "POST",
    agent: secure ? httpsAgent : httpAgent,
    headers: form === null ? headers : { ...headers, ...formHeaders(form) },
    signal,
  };
  return new Promise((resolve) => {
    // The connection is kept for others.
    const asked = outsideRequest(() => (secure ? httpsRequest(url, options) : httpRequest(url, options)));
    const end = (outcome: QueryOutcome<string>, lostConnection = false) =>
      resolve({ outcome, lostConnection });
    asked.on("response", (response) => {
      const { statusCode = 0 } = response;
      const serverMs = Date.parse(response.headers.date ?? "");
      if (!Number.isNaN(serverMs)) onTime?.(serverMs);
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.byteLength;
        chunks.push(chunk);
        if (bytes <= MAX_BODY_BYTES) return;
        end(failed("malformed", `more than ${MAX_BODY_BYTES} bytes`));
        asked.destroy();
      });
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        end(statusCode === 200 ? { ok: true, data: body } : readRefusal(statusCode, body));
      });
      response.on("error", (error) => end(networkFailure(error, signal, true)));
    });
    asked.on("error", (error) => {
      const lost = asked.reusedSocket && codeOf(error) === "ECONNRESET";
      end(networkFailure(error, signal, false), lost);
    });
    asked.end(form ?? undefined);
  });
}

const formHeaders = (form: string) => ({
  "content-type": "application/x-www-form-urlencoded",
  "content-length": Buffer.byteLength(form),
});

const codeOf = (error: Error) => ("code" in error ? String(error.code) : error.name);

/** @param answered whether the head of an answer had come already: then the body was cut short */
function networkFailure(error: Error, signal: AbortSignal, answered: boolean) {
  const code = codeOf(error);
  if (signal.aborted || code === "ETIMEDOUT") return failed("timeout", code);
  if (answered || code.startsWith("HPE_")) return failed("not-json", code);
  return failed("unreachable", code);
}
