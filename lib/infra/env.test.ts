import { describe, expect, test } from "vitest";
import { EnvironmentError, parseEnvironment, workerEnvironment } from "./env";

const GOOD = {
  DATABASE_URL: "postgresql://watchpost:pw@db.example:5432/watchpost",
  PROMETHEUS_URL: "https://prometheus.example",
  OIDC_ISSUER: "https://id.example",
  OIDC_CLIENT_ID: "watchpost",
  OIDC_CLIENT_SECRET: "a client's secret",
  NEXTAUTH_URL: "https://watchpost.platform.example",
  NEXTAUTH_SECRET: "q8Zr3LxT0vYw7NcKb5HdPj2SfGm9AeUi",
};

function messageFor(changed: Record<string, string | undefined>): string {
  try {
    parseEnvironment({ ...GOOD, ...changed });
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return (error as Error).message;
  }
  return "no error";
}

describe("parseEnvironment", () => {
  test("takes a good environment, with the defaults of what may be left out", () => {
    expect(parseEnvironment(GOOD)).toMatchObject({
      ...GOOD,
      TENANT_LABEL: "tenant",
      OIDC_TENANT_CLAIM: "tenant",
    });
  });

  test.each(Object.keys(GOOD))("says that %s is not set, whether it is unset or empty", (name) => {
    expect(messageFor({ [name]: undefined })).toBe(`${name} is not set.`);
    expect(messageFor({ [name]: "" })).toBe(`${name} is not set.`);
  });

  test.each([
    ["DATABASE_URL", "mysql://w:hunter2@h/d", "DATABASE_URL is not a postgresql:// URL."],
    ["DATABASE_URL", "hunter2", "DATABASE_URL is not a postgresql:// URL."],
    ["PROMETHEUS_URL", "hunter2:9090", "PROMETHEUS_URL is not an http(s) URL."],
    ["PROMETHEUS_URL", "http://h/?hunter2=1", "PROMETHEUS_URL may not carry a query or a fragment."],
    [
      "PROMETHEUS_BEARER_TOKEN",
      "hunter2\nX: y",
      "PROMETHEUS_BEARER_TOKEN has a space or a control character in it.",
    ],
    [
      "PROMETHEUS_TENANT_HEADER",
      "hunter2",
      'PROMETHEUS_TENANT_HEADER is not of the form "Header-Name: value".',
    ],
    ["TENANT_LABEL", "hunter-2", "TENANT_LABEL is not a Prometheus label name."],
    ["TENANT_LABEL", "__hunter2", "TENANT_LABEL may not begin with __, which Prometheus reserves."],
    ["OIDC_ISSUER", "hunter2", "OIDC_ISSUER is not an http(s) URL."],
    ["NEXTAUTH_URL", "ftp://hunter2", "NEXTAUTH_URL is not an http(s) URL."],
    [
      "NEXTAUTH_URL",
      "https://h.example/hunter2",
      "NEXTAUTH_URL may hold nothing but scheme, host and port: the portal has its origin to itself.",
    ],
    [
      "NEXTAUTH_SECRET",
      "hunter2",
      "NEXTAUTH_SECRET is shorter than 32 characters; make one with: openssl rand -base64 32.",
    ],
    [
      "NEXTAUTH_SECRET",
      "hunter2-change-me-hunter2-change-me-hunter2",
      "NEXTAUTH_SECRET is an example's value; make your own with: openssl rand -base64 32.",
    ],
    ["METRICS_TOKEN", "hunter2", "METRICS_TOKEN is shorter than 16 characters."],
  ])("names %s and what is wrong with it, never its value", (name, value, message) => {
    expect(messageFor({ [name]: value })).toBe(message);
    expect(message).not.toContain("hunter2");
  });

  test("names every variable at fault at once, each in one line", () => {
    const lines = messageFor({ PROMETHEUS_URL: "x", NEXTAUTH_SECRET: "y", OIDC_ISSUER: undefined }).split(
      "\n",
    );
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      "PROMETHEUS_URL",
      "OIDC_ISSUER",
      "NEXTAUTH_SECRET",
    ]);
  });

  test("takes a Prometheus behind a path prefix and with basic auth, but not with a bearer token besides", () => {
    const PROMETHEUS_URL = "https://reader:hunter2@metrics.example/prometheus/";
    expect(parseEnvironment({ ...GOOD, PROMETHEUS_URL }).PROMETHEUS_URL).toBe(PROMETHEUS_URL);
    const both = messageFor({ PROMETHEUS_URL, PROMETHEUS_BEARER_TOKEN: "swordfish" });
    expect(both).toMatch(/^PROMETHEUS_URL names a user and PROMETHEUS_BEARER_TOKEN is set too/);
    expect(both).not.toMatch(/hunter2|swordfish/);
  });
});

describe("the client at the provider", () => {
  const key = JSON.stringify({
    kty: "EC",
    crv: "P-256",
    x: "x",
    y: "y",
    d: "hunter2",
    alg: "ES256",
    kid: "1",
  });
  const withoutSecret = { OIDC_CLIENT_SECRET: undefined };

  test("needs no secret where it has a key, or says that it has none", () => {
    expect(messageFor({ ...withoutSecret, OIDC_CLIENT_AUTH: "none" })).toBe("no error");
    expect(messageFor({ ...withoutSecret, OIDC_CLIENT_KEY: key })).toBe("no error");
    expect(
      messageFor({ ...withoutSecret, OIDC_CLIENT_AUTH: "client_secret_post", OIDC_CLIENT_KEY: key }),
    ).toBe("OIDC_CLIENT_SECRET is not set.");
  });

  test("asks for openid, email and profile unless told otherwise, and never without openid", () => {
    expect(parseEnvironment(GOOD).OIDC_SCOPES).toBe("openid email profile");
    expect(parseEnvironment({ ...GOOD, OIDC_SCOPES: "openid  groups" }).OIDC_SCOPES).toBe("openid groups");
    expect(messageFor({ OIDC_SCOPES: "groups" })).toMatch(/^OIDC_SCOPES lacks openid/);
  });

  test.each([
    [{ OIDC_CLIENT_AUTH: "hunter2" }, /^OIDC_CLIENT_AUTH is none of client_secret_basic, /],
    [{ OIDC_CLIENT_KEY: "hunter2" }, /^OIDC_CLIENT_KEY is not a private key as JWK/],
    [{ OIDC_CLIENT_KEY: JSON.stringify({ kty: "oct", k: "hunter2" }) }, /^OIDC_CLIENT_KEY /],
    [{ OIDC_CLIENT_AUTH: "private_key_jwt" }, /^OIDC_CLIENT_KEY is not set/],
    [{ OIDC_SIGNING_ALGORITHMS: "RS256, hunter2" }, /^OIDC_SIGNING_ALGORITHMS may name only RS256, /],
    [{ OIDC_SIGNING_ALGORITHMS: "none" }, /^OIDC_SIGNING_ALGORITHMS may name only/],
    [{ OIDC_SIGNING_ALGORITHMS: "HS256", OIDC_CLIENT_AUTH: "none", ...withoutSecret }, /^OIDC_CLIENT_SECRET/],
    [{ OIDC_SCOPES: 'openid "hunter2"' }, /^OIDC_SCOPES has a character/],
  ])("%j: says what is wrong and no value", (changed, message) => {
    expect(messageFor(changed)).toMatch(message);
    expect(messageFor(changed)).not.toContain("hunter2");
  });
});

describe("the worker's own settings", () => {
  const relay = { SMTP_URL: "smtp://relay.example", MAIL_FROM: "alerts@watchpost.example" };

  test("need nothing of GitHub: then its issues aren't read", () => {
    const settings = workerEnvironment({ ...relay, GITHUB_TOKEN: "", GITHUB_API_URL: "" });
    expect(settings).toMatchObject({ NOTICES_INTERVAL_SECONDS: 300 });
    expect(settings.GITHUB_TOKEN).toBeUndefined();
    expect(settings.GITHUB_API_URL).toBeUndefined();
  });

  test.each([
    ["GITHUB_API_URL", "github.example/api/v3"],
    ["GITHUB_API_URL", "https://user:s3cret@github.example/api/v3"],
    ["GITHUB_API_URL", "https://github.example/api/v3?x=s3cret"],
    ["GITHUB_TOKEN", "s3cret\nX-Other: 1"],
    ["NOTICES_INTERVAL_SECONDS", "1"],
    ["NOTICES_INTERVAL_SECONDS", "often"],
  ])("refuse %s where it is %j, by its name and never by its value", (name, value) => {
    expect(() => workerEnvironment({ ...relay, [name]: value })).toThrow(name);
    expect(() => workerEnvironment({ ...relay, [name]: value })).not.toThrow(/s3cret/);
  });
});
