import { NextRequest } from "next/server";
import { afterEach, describe, expect, test, vi } from "vitest";

// It needs no service, but a process of its own: it loads modules anew, and what those register they may
// register once.
const ENVIRONMENT = {
  DATABASE_URL: "postgresql://127.0.0.1:9/none",
  PROMETHEUS_URL: "http://127.0.0.1:9",
  OIDC_ISSUER: "https://id.example",
  OIDC_CLIENT_ID: "watchpost",
  OIDC_CLIENT_SECRET: "not asked for here",
  NEXTAUTH_SECRET: "cJ0mOa3pQy7Rk5Wv1Zt9Xe4Ub6Nd8Hf2",
};

/** The proxy of an installation at this address. */
async function proxyAt(portalUrl: string) {
  vi.resetModules();
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
  vi.stubEnv("NEXTAUTH_URL", portalUrl);
  const { proxy } = await import("@/proxy");
  return (init: { method?: string; headers?: Record<string, string> } = {}, path = "/sign-out") =>
    proxy(new NextRequest(new URL(path, portalUrl), init));
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("proxy", () => {
  test("refuses a write from another site by one plain answer, policy included", async () => {
    const send = await proxyAt("https://portal.example");
    const response = send({ method: "POST", headers: { origin: "https://evil.example" } });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: {
        code: "bad_origin",
        message: "Changes are taken only from the pages of https://portal.example.",
      },
    });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  test("lets the provider's server end sessions without an origin, by that one address", async () => {
    const send = await proxyAt("https://portal.example");
    const address = "/api/auth/backchannel-logout";
    const statusOf = (path: string, init = {}) => send({ method: "POST", ...init }, path).status;
    expect(statusOf(address)).toBe(200);
    expect(statusOf(address, { method: "PUT" })).toBe(403);
    expect(statusOf(address, { headers: { origin: "https://evil.example" } })).toBe(403);
    expect(statusOf(address, { headers: { "sec-fetch-site": "cross-site" } })).toBe(403);
    for (const path of [
      "/api/auth/backchannel-logout/",
      "/api/auth/backchannel-logoutx",
      "/api/auth/signin/oidc",
    ])
      expect(statusOf(path)).toBe(403);
  });

  test("lets a write of this site's own pages through, whatever Host a proxy in front says", async () => {
    const send = await proxyAt("https://portal.example");
    const headers = { origin: "https://portal.example", host: "10.0.0.7:3000" };
    expect(send({ method: "POST", headers }).status).toBe(200);
  });

  test("gives each answer a nonce of its own, and the page the same one", async () => {
    const send = await proxyAt("https://portal.example");
    const policies = [send(), send()].map((response) => {
      const policy = response.headers.get("content-security-policy");
      expect(response.headers.get("x-middleware-request-content-security-policy")).toBe(policy);
      return policy;
    });
    expect(policies[0]).toMatch(/script-src 'nonce-[A-Za-z0-9+/=]{24}' 'strict-dynamic';/);
    expect(policies[0]).not.toBe(policies[1]);
  });

  test("runs no script and takes no style sheet without the nonce, and sends no form elsewhere", async () => {
    const send = await proxyAt("https://portal.example");
    const policy = send().headers.get("content-security-policy") ?? "";
    const unsafe = policy.split("; ").filter((directive) => directive.includes("unsafe"));
    expect(unsafe).toEqual(["style-src-attr 'unsafe-inline'"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self';");
    expect(policy).not.toMatch(/https?:\/\//);
  });

  test("keeps the browser to https where the portal is served by it, and only there", async () => {
    const secure = await proxyAt("https://portal.example");
    expect(secure().headers.get("strict-transport-security")).toMatch(/^max-age=\d{8,}$/);
    const plain = await proxyAt("http://127.0.0.1:3000");
    expect(plain().headers.get("strict-transport-security")).toBeNull();
    expect(plain().headers.get("content-security-policy")).not.toContain("upgrade-insecure-requests");
  });
});
