import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { CookieJar } from "@/demo/identity/sign-in";
import { freePort } from "@/server/free-port";
import { librariesOf } from "@/setup/identity-server.mjs";
import { endGroup } from "../mail-servers/mail-server";

const READY_WITHIN_MS = 60_000;
/** As Debian's package sets it. */
const ADMIN = { username: "admin", password: "password" };

export type GlewlwydPerson = { username: string; password: string; groups: string[] };
export type Glewlwyd = {
  issuer: string;
  client: { clientId: string; clientSecret: string };
  /** Changes what the directory has of somebody, as its administrator does. */
  setPerson(username: string, change: { groups?: string[]; enabled?: boolean }): Promise<void>;
  /**
   * Signs in at the form's own interface, agrees to what the client asks, and follows where the portal sent the browser.
   * @returns the address of the portal with the answer
   */
  answerOf(goesTo: string, person: Pick<GlewlwydPerson, "username" | "password">): Promise<string>;
  stop(): Promise<void>;
};

/**
 * Starts Debian's Glewlwyd on a free port of 127.0.0.1, with one client and these people. It signs with ES256, sends
 * groups in the id token, and gives refresh tokens that count once.
 * @param folder the root of its files
 * @throws Error with its log when it doesn't begin
 */
export async function startGlewlwyd(
  folder: string,
  portalUrl: string,
  people: readonly GlewlwydPerson[],
): Promise<Glewlwyd> {
  const data = await mkdtemp(join(tmpdir(), "watchpost-glewlwyd-"));
  const port = await freePort();
  const database = join(data, "glewlwyd.db");
  await makeDatabase(folder, data, database);
  const log: string[] = [];
  const env = environmentOf(folder, port, database);
  const child = spawn(join(folder, "usr/bin/glewlwyd"), ["--env-variables"], {
    env,
    detached: true,
    cwd: data,
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => log.push(String(text)));
  const stop = async () => {
    await endGroup(child);
    await rm(data, { recursive: true });
  };
  const api = `http://127.0.0.1:${port}/api`;
  try {
    await untilItAnswers(`${api}/`);
    const admin = await signedIn(api, ADMIN);
    const client = { clientId: "watchpost", clientSecret: "the-portal's-own-secret" };
    await setUp(admin, `${api}/oidc`, portalUrl, { client, people });
    return {
      issuer: `${api}/oidc`,
      client,
      setPerson: (username, change) => admin("PUT", `/user/${username}`, change),
      answerOf: (goesTo, person) => answerOf(api, goesTo, person),
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`Glewlwyd doesn't work: ${log.join("").slice(-2_000)}`, { cause: error });
  }
}

async function makeDatabase(folder: string, data: string, database: string): Promise<void> {
  const packed = await readFile(join(folder, "usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz"));
  const script = join(data, "init.sql");
  await writeFile(script, gunzipSync(packed));
  const unpacked = join(folder, "usr/bin/sqlite3");
  const env = { ...process.env, LD_LIBRARY_PATH: librariesOf(folder) };
  const make = (program: string) => promisify(execFile)(program, [database, `.read ${script}`], { env });
  // It is unpacked only where the machine has none.
  await make(unpacked).catch(() => make("sqlite3"));
}

function environmentOf(folder: string, port: number, database: string): NodeJS.ProcessEnv {
  const modules = (kind: string) => join(folder, "usr/lib/glewlwyd", kind);
  return {
    ...process.env,
    LD_LIBRARY_PATH: librariesOf(folder),
    GLWD_PORT: String(port),
    GLWD_BIND_ADDRESS: "127.0.0.1",
    GLWD_API_PREFIX: "api",
    GLWD_EXTERNAL_URL: `http://127.0.0.1:${port}`,
    GLWD_LOGIN_URL: "login.html",
    GLWD_DATABASE_TYPE: "sqlite3",
    GLWD_DATABASE_SQLITE3_PATH: database,
    GLWD_COOKIE_SECURE: "0",
    GLWD_HASH_ALGORITHM: "SHA256",
    GLWD_USER_MODULE_PATH: modules("user"),
    GLWD_CLIENT_MODULE_PATH: modules("client"),
    GLWD_AUTH_SCHEME_MODULE_PATH: modules("scheme"),
    GLWD_PLUGIN_MODULE_PATH: modules("plugin"),
    GLWD_LOG_MODE: "console",
    GLWD_LOG_LEVEL: "WARNING",
  };
}

/** Any answer will do: a server that isn't there gives none. */
async function untilItAnswers(url: string): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (
    await fetch(url).then(
      () => false,
      () => true,
    )
  ) {
    if (performance.now() > until) throw new Error(`No answer within ${READY_WITHIN_MS} ms.`);
    await sleep(50);
  }
}

type Api = (method: "POST" | "PUT", path: string, body?: object) => Promise<void>;

/** Calls of its interface as somebody who has signed in. */
async function signedIn(
  api: string,
  { username, password }: { username: string; password: string },
  jar = new CookieJar(),
): Promise<Api> {
  const call: Api = async (method, path, body = {}) => {
    const headers = { "content-type": "application/json", cookie: jar.header };
    const answer = await fetch(`${api}${path}`, { method, headers, body: JSON.stringify(body) });
    jar.take(answer);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  await call("POST", "/auth/", { username, password });
  return call;
}

async function setUp(
  admin: Api,
  issuer: string,
  portalUrl: string,
  { client, people }: { client: Glewlwyd["client"]; people: readonly GlewlwydPerson[] },
): Promise<void> {
  const property = { multiple: true, read: true, write: true, "profile-read": true, "profile-write": false };
  await admin("PUT", "/mod/user/database", {
    display_name: "People",
    parameters: { "use-glewlwyd-connection": true, "data-format": { groups: property } },
  });
  await admin("PUT", "/mod/user/database/reset/");
  await admin("POST", "/mod/plugin/", {
    module: "oidc",
    name: "oidc",
    display_name: "OpenID Connect",
    parameters: { iss: issuer, ...keys(), ...PLUGIN },
  });
  for (const { username, password, groups } of people)
    await admin("POST", "/user/", {
      username,
      password,
      groups,
      name: username,
      email: `${username}@photos.example`,
      enabled: true,
      scope: ["g_profile", "openid"],
    });
  await admin("POST", "/client/", {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    password: client.clientSecret,
    name: "Watchpost",
    enabled: true,
    confidential: true,
    redirect_uri: [`${portalUrl}/api/auth/callback/oidc`],
    authorization_type: ["code", "refresh_token"],
    token_endpoint_auth_method: ["client_secret_basic"],
    scope: ["openid"],
  });
}

function keys() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    "jwt-type": "ecdsa",
    "jwt-key-size": "256",
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: publicKey.export({ type: "spki", format: "pem" }),
  };
}

const PLUGIN = {
  "access-token-duration": 3_600,
  "refresh-token-duration": 86_400,
  "code-duration": 600,
  "refresh-token-rolling": true,
  "refresh-token-one-use": "always",
  "allow-non-oidc": false,
  "auth-type-code-enabled": true,
  "auth-type-token-enabled": false,
  "auth-type-id-token-enabled": true,
  "auth-type-password-enabled": false,
  "auth-type-client-enabled": false,
  "auth-type-refresh-enabled": true,
  "jwks-show": true,
  "pkce-allowed": true,
  "pkce-required": true,
  "subject-type": "public",
  "allowed-scope": ["openid"],
  claims: [{ name: "groups", "user-property": "groups", type: "string", mandatory: true, scope: [] }],
};

async function answerOf(
  api: string,
  goesTo: string,
  person: Pick<GlewlwydPerson, "username" | "password">,
): Promise<string> {
  const jar = new CookieJar();
  const call = await signedIn(api, person, jar);
  await call("PUT", "/auth/grant/watchpost", { scope: "openid" });
  const url = `${goesTo}&g_continue`;
  const answer = await fetch(url, { headers: { cookie: jar.header }, redirect: "manual" });
  return answer.headers.get("location") ?? `${answer.status}`;
}
