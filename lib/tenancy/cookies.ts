import type { CookiesOptions } from "next-auth";

/**
 * Names and attributes of every cookie of a sign-in.
 *
 * By https they carry `__Host-`: the browser then takes them from this very host only, so that no neighbour under the
 * same domain can plant a session. By plain http (one machine) a browser refuses that prefix.
 */
export function signInCookies(https: boolean): CookiesOptions {
  const prefix = https ? "__Host-" : "";
  const options = { httpOnly: true, sameSite: "lax" as const, path: "/", secure: https };
  const brief = { ...options, maxAge: 15 * 60 };
  return {
    sessionToken: { name: `${prefix}watchpost.session`, options },
    callbackUrl: { name: `${prefix}watchpost.return-to`, options: brief },
    csrfToken: { name: `${prefix}watchpost.csrf`, options },
    pkceCodeVerifier: { name: `${prefix}watchpost.pkce`, options: brief },
    state: { name: `${prefix}watchpost.state`, options: brief },
    nonce: { name: `${prefix}watchpost.nonce`, options: brief },
  };
}

/** Of the cookies that a browser sent, those that a sign-in set, each chunk of a long one included. */
export function ourCookieNames(sent: readonly string[], https: boolean): string[] {
  const ours = Object.values(signInCookies(https)).map((cookie) => cookie.name);
  return sent.filter((name) => ours.includes(name.replace(/\.\d{1,2}$/, "")));
}

/** A Set-Cookie line that removes one of our cookies from the browser. */
export function expireCookie(name: string, https: boolean): string {
  return `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${https ? "; Secure" : ""}`;
}
