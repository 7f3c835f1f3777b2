import { randomBytes } from "node:crypto";
import { decode, encode } from "next-auth/jwt";
import { fitting } from "./answer-bound";
import { expireCookie, signInCookies } from "./cookies";

// A flow is a sign-in under way in one tab. Each has cookies of its own, so another tab's doesn't end it.

type SentCookie = { name: string; value: string };
type Sealing = { secret: string; https: boolean };

const LASTS_SECONDS = 15 * 60;

/** No browser has more at once; older ones end. */
const MAX_FLOWS = 4;

/**
 * What common proxies allow for a line of a request, less the line's own name and other cookies of the host.
 */
const MAX_COOKIE_BYTES = 7_600;

/** Begins with the time, so that the oldest of several sorts first. */
export function newFlow(nowMs: number = Date.now()): string {
  return `f${nowMs.toString(36)}${randomBytes(3).toString("hex")}`;
}

const SEALED = ["state", "pkceCodeVerifier", "nonce"] as const;

/** The names of a flow's cookies. */
function namesOf(flow: string | null, https: boolean): string[] {
  const cookies = signInCookies(https, flow);
  return [...SEALED.map((kind) => cookies[kind].name), cookies.callbackUrl.name];
}

/** The flows that a browser has open, the oldest first. */
function flowsIn(sent: readonly SentCookie[], https: boolean): string[] {
  const state = `${signInCookies(https).state.name}.`;
  const flows = sent.filter(({ name }) => name.startsWith(state)).map(({ name }) => name.slice(state.length));
  return flows.filter((flow) => /^f[0-9a-z]{8,24}$/.test(flow)).sort();
}

/**
 * The flow that a provider's answer belongs to; null for the newest, under the names that builds up to 0.2.0
 * know.
 * @param state what the answer has
 */
export async function flowOf(
  sent: readonly SentCookie[],
  state: string | null,
  sealing: Sealing,
): Promise<string | null> {
  if (!state) return null;
  // A sender of hundreds costs no more than a browser.
  for (const flow of flowsIn(sent, sealing.https).slice(-2 * MAX_FLOWS)) {
    if ((await sealedIn(sent, flow, sealing)) === state) return flow;
  }
  return null;
}

/** Whether an answer belongs to the newest flow, by its names of builds up to 0.2.0. */
export async function isOfNewest(
  sent: readonly SentCookie[],
  state: string | null,
  sealing: Sealing,
): Promise<boolean> {
  return state !== null && (await sealedIn(sent, null, sealing)) === state;
}

/**
 * The Set-Cookie lines of an answer that opens a session: the session's, and as far as the answer has room
 * those that end the flow, under each of its names, and as many other tabs' flows as don't fit into a request
 * beside the session, the oldest first. What isn't ended here ends by itself within 15 minutes.
 * @param ending the flow that the answer belongs to, and whether that is the newest, too
 * @param session the Set-Cookie lines of the session
 */
export function endFlow(
  sent: readonly SentCookie[],
  { flow, isNewest }: { flow: string | null; isNewest: boolean },
  { session, room }: { session: readonly string[]; room: number },
  https: boolean,
): string[] {
  const others = [...flowsIn(sent, https).filter((each) => each !== flow), ...(isNewest ? [] : [null])];
  const ended = [...(flow ? namesOf(flow, https) : []), ...(isNewest ? namesOf(null, https) : [])];
  const cookiesOf = (each: string | null) => sent.filter(({ name }) => namesOf(each, https).includes(name));
  let bytes = bytesOf(others.flatMap(cookiesOf)) + bytesSet(session);
  while (others.length > 0 && bytes > MAX_COOKIE_BYTES) {
    const oldest = others.shift() ?? null;
    bytes -= bytesOf(cookiesOf(oldest));
    ended.push(...namesOf(oldest, https));
  }
  const held = sent.map(({ name }) => name);
  const lines = ended.filter((name) => held.includes(name)).map((name) => expireCookie(name, https));
  return fitting([session, ...lines.map((line) => [line])], room);
}

/** What cookies take in a request that Set-Cookie lines set. */
const bytesSet = (lines: readonly string[]) =>
  lines.reduce((sum, line) => sum + (line.split(";", 1)[0] ?? "").length + 2, 0);

/** The state that a flow's cookie holds; null where there is none, or it is forged or too old. */
async function sealedIn(
  sent: readonly SentCookie[],
  flow: string | null,
  { secret, https }: Sealing,
): Promise<unknown> {
  const { name } = signInCookies(https, flow).state;
  const token = sent.find((cookie) => cookie.name === name)?.value;
  const sealed = await decode({ token, secret, salt: name }).catch(() => null);
  return sealed?.value ?? null;
}

/**
 * The Set-Cookie lines of a flow that begins. The oldest of others end where there are too many of them. The
 * flow's cookies are sent under the names of builds up to 0.2.0, too, because the answer may come to one that
 * runs beside this build; and under these alone where a long session leaves no room for both.
 * @param lines those that next-auth sets
 */
export async function beginFlow(
  sent: readonly SentCookie[],
  lines: readonly string[],
  { flow, room }: { flow: string; room: number },
  sealing: Sealing,
): Promise<string[]> {
  const { https } = sealing;
  const older = await underOlderNames(lines, flow, sealing);
  const plain = namesOf(null, https); // they are replaced
  const flows = flowsIn(sent, https);
  let bytes = bytesSet([...lines, ...older]) + bytesOf(sent.filter(({ name }) => !plain.includes(name)));
  const ended: string[] = [];
  while (flows.length > 0 && (flows.length >= MAX_FLOWS || bytes > MAX_COOKIE_BYTES)) {
    const names = namesOf(flows.shift() ?? null, https);
    bytes -= bytesOf(sent.filter(({ name }) => names.includes(name)));
    ended.push(...names);
  }
  const isTooLong = bytes > MAX_COOKIE_BYTES;
  const held = sent.map(({ name }) => name);
  const ends = ended.filter((name) => held.includes(name)).map((name) => [expireCookie(name, https)]);
  // Without its cookie a sign-in leads to the first page.
  const isReturn = (line: string) => /^[\w-]+\.return-to[.=]/.test(line);
  const inTwo = (all: readonly string[]) => [
    all.filter((line) => !isReturn(line)),
    all.filter((line) => isReturn(line)),
  ];
  return fitting(isTooLong ? inTwo(older) : [...inTwo(lines), ...ends, ...inTwo(older)], room);
}

const bytesOf = (cookies: readonly SentCookie[]) =>
  cookies.reduce((sum, { name, value }) => sum + name.length + encodeURIComponent(value).length + 3, 0);

async function underOlderNames(
  lines: readonly string[],
  flow: string,
  { secret, https }: Sealing,
): Promise<string[]> {
  const own = signInCookies(https, flow);
  const older = signInCookies(https);
  const contentOf = (name: string) => {
    const line = lines.find((candidate) => candidate.startsWith(`${name}=`));
    return line?.slice(name.length + 1).split(";", 1)[0];
  };
  const copies: string[] = [];
  for (const kind of SEALED) {
    const token = await decode({ token: contentOf(own[kind].name), secret, salt: own[kind].name });
    if (!token) continue;
    const { value, provider } = token;
    const salt = older[kind].name;
    const sealed = await encode({ token: { value, provider }, secret, salt, maxAge: LASTS_SECONDS });
    copies.push(setCookie(salt, sealed, https));
  }
  const returnTo = contentOf(own.callbackUrl.name);
  return returnTo ? [...copies, setCookie(older.callbackUrl.name, returnTo, https)] : copies;
}

/** As next-auth writes its own. */
const setCookie = (name: string, value: string, https: boolean) =>
  `${name}=${value}; Max-Age=${LASTS_SECONDS}; Path=/; HttpOnly${https ? "; Secure" : ""}; SameSite=Lax`;
