import { z } from "zod";

/** The environment did not parse. The message names every variable at fault and never a value. */
export class EnvironmentError extends Error {
  override name = "EnvironmentError";
}

/** An unset variable and an empty one are the same thing: compose files and manifests can't always unset. */
const blankAsUnset = (value: unknown) => (value === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankAsUnset, schema.optional());
const required = <T extends z.ZodType>(schema: T) => z.preprocess(blankAsUnset, schema);

const httpUrl = z
  .string({ error: "is not set" })
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: "is not an http(s) URL",
  });

const secret = z
  .string({ error: "is not set" })
  .min(32, { error: "is shorter than 32 characters; make one with: openssl rand -base64 32" })
  .refine((text) => !/change.?me|example|secret-secret|replace/i.test(text) && new Set(text).size >= 10, {
    error: "is an example's value; make your own with: openssl rand -base64 32",
  });

/** Goes into a header as it is, where a line break would begin another header. */
const headerValue = z.string().regex(/^[\x21-\x7e]+$/, { error: "has a space or a control character in it" });

const postgresUrl = required(
  z
    .string({ error: "is not set" })
    .refine((text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol), {
      error: "is not a postgresql:// URL",
    }),
);

const labelName = z.preprocess(
  blankAsUnset,
  z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: "is not a Prometheus label name" })
    .refine((label) => !label.startsWith("__"), { error: "may not begin with __, which Prometheus reserves" })
    .default("tenant"),
);

/** How the portal may authenticate at the provider's token endpoint (OpenID Connect Core 1.0, section 9). */
const CLIENT_AUTH = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"] as const;
export type ClientAuth = (typeof CLIENT_AUTH)[number];

/** RFC 7518, section 3.1, and RFC 8037. "none" is not among them. */
const SIGNING_ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
  ...["HS256", "HS384", "HS512"],
];

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/**
 * A private key that can sign (RFC 7517): `alg` says with what, `kid` how the provider finds the public one.
 */
const jwk = z.looseObject({
  kty: z.enum(["RSA", "EC", "OKP"]),
  alg: z.string().refine((alg) => SIGNING_ALGORITHMS.includes(alg) && !alg.startsWith("HS")),
  kid: z.string().min(1),
  d: z.string().min(1),
});

const clientKey = z.string().transform((text, context) => {
  try {
    return jwk.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: "custom", message: "is not a private key as JWK with kty, alg, kid and d" });
    return z.NEVER;
  }
});
export type ClientKey = z.infer<typeof clientKey>;

const schema = z.object({
  DATABASE_URL: postgresUrl,
  // A path prefix and a user with its password may be part of it.
  PROMETHEUS_URL: required(
    httpUrl.refine((text) => !/[?#]/.test(text), { error: "may not carry a query or a fragment" }),
  ),
  PROMETHEUS_BEARER_TOKEN: optional(headerValue),
  PROMETHEUS_TENANT_HEADER: optional(
    z.string().regex(/^[A-Za-z0-9-]+:\s*\S+$/, { error: 'is not of the form "Header-Name: value"' }),
  ),
  TENANT_LABEL: labelName,
  OIDC_ISSUER: required(httpUrl),
  OIDC_CLIENT_ID: required(z.string({ error: "is not set" })),
  // Whether one is needed says clientFault().
  OIDC_CLIENT_SECRET: optional(z.string()),
  OIDC_CLIENT_AUTH: optional(z.enum(CLIENT_AUTH, { error: `is none of ${CLIENT_AUTH.join(", ")}` })),
  OIDC_CLIENT_KEY: optional(clientKey),
  OIDC_SCOPES: z.preprocess(
    blankAsUnset,
    z
      .string()
      .transform((text) => words(text).join(" "))
      // RFC 6749, section 3.3.
      .refine((text) => /^[\x21\x23-\x5b\x5d-\x7e ]+$/.test(text), {
        error: "has a character that no scope may have",
      })
      .refine((text) => text.split(" ").includes("openid"), {
        error: "lacks openid, without which a provider sends no id token",
      })
      .default("openid email profile"),
  ),
  OIDC_SIGNING_ALGORITHMS: optional(
    z
      .string()
      .transform(words)
      .refine((names) => names.length > 0 && names.every((name) => SIGNING_ALGORITHMS.includes(name)), {
        error: `may name only ${SIGNING_ALGORITHMS.join(", ")}`,
      }),
  ),
  OIDC_TENANT_CLAIM: z.preprocess(blankAsUnset, z.string().default("tenant")),
  NEXTAUTH_URL: required(
    httpUrl.refine((text) => !URL.canParse(text) || new URL(text).href === `${new URL(text).origin}/`, {
      error: "may hold nothing but scheme, host and port: the portal has its origin to itself",
    }),
  ),
  NEXTAUTH_SECRET: required(secret),
  DEFINITIONS_DIR: optional(z.string()),
  /** How far apart the evaluation cycles are. Slots are multiples of it since the epoch. */
  EVALUATION_INTERVAL_SECONDS: z.preprocess(
    blankAsUnset,
    z.coerce
      .number({ error: "is not a number of seconds" })
      .int({ error: "is not a whole number of seconds" })
      .min(5, { error: "is below 5 seconds" })
      .max(300, { error: "is above 300 seconds" })
      .default(30),
  ),
  METRICS_TOKEN: optional(headerValue.min(16, { error: "is shorter than 16 characters" })),
});

export type Environment = z.infer<typeof schema>;

/** What the way of authenticating at the provider lacks, in one sentence; null where it is complete. */
function clientFault(source: Record<string, string | undefined>): string | null {
  const { OIDC_CLIENT_AUTH: auth, OIDC_CLIENT_KEY: key, OIDC_CLIENT_SECRET: secret } = source;
  const isOneNeeded = source.OIDC_SIGNING_ALGORITHMS?.includes("HS");
  if (auth === "none" && !isOneNeeded) return null;
  if (auth === "private_key_jwt" && !key)
    return "OIDC_CLIENT_KEY is not set, by which private_key_jwt signs.";
  if ((auth === "private_key_jwt" || (!auth && key)) && !isOneNeeded) return null;
  return secret ? null : "OIDC_CLIENT_SECRET is not set.";
}

/**
 * Parses the environment at the door of a process.
 * @throws EnvironmentError naming each variable that is missing or wrong, in one line each
 */
export function parseEnvironment(source: Record<string, string | undefined>): Environment {
  const result = schema.safeParse(source);
  const ofClient = clientFault(source);
  if (result.success && ofClient) throw new EnvironmentError(ofClient);
  if (result.success) {
    const { PROMETHEUS_URL, PROMETHEUS_BEARER_TOKEN } = result.data;
    if (!PROMETHEUS_BEARER_TOKEN || new URL(PROMETHEUS_URL).username === "") return result.data;
    throw new EnvironmentError(
      "PROMETHEUS_URL names a user and PROMETHEUS_BEARER_TOKEN is set too: one request can carry only one of them.",
    );
  }
  // The first fault of each variable: what is not even a URL needs no word on its path.
  const faults = new Map<PropertyKey | undefined, string>();
  for (const { path, message } of result.error.issues) {
    if (!faults.has(path[0])) faults.set(path[0], `${path.join(".")} ${message}.`);
  }
  if (ofClient && !faults.has("OIDC_CLIENT_KEY")) faults.set("OIDC_CLIENT_SECRET", ofClient);
  throw new EnvironmentError([...faults.values()].join("\n"));
}

const port = optional(
  z.coerce
    .number({ error: "is not a port number" })
    .int({ error: "is not a port number" })
    .min(1, { error: "is not a port number" })
    .max(65_535, { error: "is not a port number" }),
);

/** What only the worker needs. What SMTP_URL and MAIL_FROM hold is read, and refused, where mail is sent. */
const workerSchema = z.object({
  SMTP_URL: required(
    z.string({ error: "is not set: the worker would have no relay to send alerts through" }),
  ),
  MAIL_FROM: required(z.string({ error: "is not set: alerts would come from nobody" })),
  BOUNCE_DOMAIN: optional(z.string()),
  BOUNCE_HOST: optional(z.string()),
  BOUNCE_PORT: port,
  BOUNCE_PROTOCOL: z.preprocess(
    blankAsUnset,
    z.enum(["smtp", "lmtp"], { error: "is neither smtp nor lmtp" }).default("smtp"),
  ),
  WORKER_PORT: port,
  GITHUB_API_URL: optional(
    httpUrl.refine((text) => URL.canParse(text) && !/[?#]/.test(text) && new URL(text).username === "", {
      error: "may carry neither a query, nor a fragment, nor a user name",
    }),
  ),
  GITHUB_TOKEN: optional(headerValue),
  /**
   * How often the operator's issues are read. GitHub allows 60 questions an hour without a token, 5,000 with
   * one.
   */
  NOTICES_INTERVAL_SECONDS: z.preprocess(
    blankAsUnset,
    z.coerce
      .number({ error: "is not a number of seconds" })
      .int({ error: "is not a whole number of seconds" })
      .min(5, { error: "is below 5 seconds" })
      .max(3_600, { error: "is above 3600 seconds" })
      .default(300),
  ),
});

export type WorkerEnvironment = z.infer<typeof workerSchema>;

/**
 * The worker's own settings, beside environment().
 * @throws EnvironmentError naming each variable that is missing or wrong, in one line each
 */
export function workerEnvironment(
  source: Record<string, string | undefined> = process.env,
): WorkerEnvironment {
  const result = workerSchema.safeParse(source);
  if (result.success) return result.data;
  throw new EnvironmentError(
    result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}.`).join("\n"),
  );
}

/** Every variable that either process reads. */
export const ENVIRONMENT_VARIABLES: readonly string[] = [
  ...Object.keys(schema.shape),
  ...Object.keys(workerSchema.shape),
];

let parsed: Environment | undefined;

/**
 * The process's environment, parsed once at first use: a build has no environment, a running process must.
 */
export function environment(): Environment {
  parsed ??= parseEnvironment(process.env);
  return parsed;
}

/**
 * One variable alone, for a command that needs no more. Read at each call: a test changes it between two
 * databases.
 */
function one<Schema extends z.ZodType>(name: keyof Environment, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(process.env[name]);
  if (result.success) return result.data;
  throw new EnvironmentError(`${name} ${result.error.issues[0]?.message}.`);
}

/** @throws EnvironmentError when DATABASE_URL is missing or isn't a URL */
export const databaseUrl = (): string => one("DATABASE_URL", postgresUrl);

/** @throws EnvironmentError when TENANT_LABEL isn't a label's name */
export const tenantLabel = (): string => one("TENANT_LABEL", labelName);

/**
 * The address and credentials of Prometheus, for a command that needs nothing else.
 * @param url in place of PROMETHEUS_URL
 * @throws EnvironmentError
 */
export const prometheusAddress = (url?: string) => ({
  url: url ?? one("PROMETHEUS_URL", schema.shape.PROMETHEUS_URL),
  bearerToken: one("PROMETHEUS_BEARER_TOKEN", schema.shape.PROMETHEUS_BEARER_TOKEN),
  tenantHeader: one("PROMETHEUS_TENANT_HEADER", schema.shape.PROMETHEUS_TENANT_HEADER),
});
