import { AsyncLocalStorage } from "node:async_hooks";
import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth, { type AuthOptions } from "next-auth";

type Call = {
  action: "csrf" | "signin" | "callback";
  method: "GET" | "POST";
  cookies: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, string>;
};

/** What next-auth answered: `error` is the first one that it reported while it worked, whatever it redirected to. */
export type NextAuthAnswer = {
  redirect: string | null;
  setCookies: string[];
  body: unknown;
  error: unknown;
};

/** The one provider's name in next-auth's paths: /api/auth/signin/oidc and /api/auth/callback/oidc. */
export const PROVIDER_ID = "oidc";

// next-auth's logger is one for the whole process; this tells the requests apart.
const reported = new AsyncLocalStorage<{ error: unknown }>();

const logger: AuthOptions["logger"] = {
  error(_code, metadata) {
    const call = reported.getStore();
    if (!call || call.error) return;
    call.error = metadata instanceof Error ? metadata : metadata.error;
  },
  warn() {},
  debug() {},
};

/**
 * Asks next-auth for one step of the sign-in, and returns its answer as data.
 *
 * By its handler for API routes rather than by its route handler: that one takes the cookies from the framework's request
 * in flight, so that neither the token against forged forms nor a test could be handed in.
 */
export async function askNextAuth(options: AuthOptions, call: Call): Promise<NextAuthAnswer> {
  const providerId = call.action === "csrf" ? [] : [PROVIDER_ID];
  const request = {
    method: call.method,
    query: { ...call.query, nextauth: [call.action, ...providerId] },
    cookies: call.cookies,
    headers: {},
    body: call.body,
  };
  const headers = new Map<string, string | string[]>();
  let body: unknown = null;
  const response = {
    status: () => response,
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    setHeader: (name: string, value: string | string[]) => {
      headers.set(name.toLowerCase(), value);
      return response;
    },
    json: (value: unknown) => {
      body = value;
    },
    send: (value: unknown) => {
      body = value;
    },
    end: () => {},
  };

  const watch: { error: unknown } = { error: null };
  await reported.run(watch, () =>
    // Only the members above are read of a request and a response by next-auth's handler.
    NextAuth(request as unknown as NextApiRequest, response as unknown as NextApiResponse, {
      ...options,
      logger,
    }),
  );
  const location = headers.get("location");
  const setCookies = headers.get("set-cookie");
  return {
    redirect: typeof location === "string" ? location : null,
    setCookies: Array.isArray(setCookies) ? setCookies : [],
    body,
    error: watch.error,
  };
}
