import type { CookiesOptions } from "next-auth";

/**
 * Names and attributes of every cookie of a sign-in.
 *
 * By https they carry `__Host-`: the browser then takes them from this very host only, so that no neighbour
 * under the same domain can plant a session. By plain http (one machine) a browser refuses that prefix.
 * @param flow of one of several tabs; null for the newest of them, as builds up to 0.2.0 know it
 */
export function signInCookies(https: boolean, flow: string | null = null): CookiesOptions {
  const prefix = https ? "__Host-" : "";
  const of = flow === null ? "" : `.${flow}`;
  const options = { httpOnly: true, sameSite: "lax" as const, path: "/", secure: https };
  const brief = { ...options, maxAge: 15 * 60 };
  return {
    sessionToken: { name: `${prefix}watchpost.session`, options },
    callbackUrl: { name: `${prefix}watchpost.return-to${of}`, options: brief },
    csrfToken: { name: `${prefix}watchpost.csrf`, options },
    pkceCodeVerifier: { name: `${prefix}watchpost.pkce${of}`, options: brief },
    state: { name: `${prefix}watchpost.state${of}`, options: brief },
    nonce: { name: `${prefix}watchpost.nonce${of}`, options: brief },
  };
}

/**
 * The cookies that a browser sent and that a sign-in set, each chunk of a long one and each tab's
 * included.
 */
export function ourCookieNames(sent: readonly string[], https: boolean): string[] {
  const ours = Object.values(signInCookies(https)).map((cookie) => cookie.name);
  return sent.filter((name) => ours.includes(name.replace(/\.(\d{1,2}|f[0-9a-z]+)$/, "")));
}

/** A Set-Cookie line that removes one of our cookies from the browser. */
export function expireCookie(name: string, https: boolean): string {
  // Nothing is left to protect; a browser takes the prefix __Host- only with Secure.
  return `${name}=; Path=/; Max-Age=0${https ? "; Secure" : ""}`;
}
