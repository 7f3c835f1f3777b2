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
  OIDC_CLIENT_SECRET: required(z.string({ error: "is not set" })),
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

/**
 * Parses the environment at the door of a process.
 * @throws EnvironmentError naming each variable that is missing or wrong, in one line each
 */
export function parseEnvironment(source: Record<string, string | undefined>): Environment {
  const result = schema.safeParse(source);
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
  /** How often the operator's issues are read. GitHub allows 60 questions an hour without a token, 5,000 with one. */
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

/** The process's environment, parsed once at first use: a build has no environment, a running process must. */
export function environment(): Environment {
  parsed ??= parseEnvironment(process.env);
  return parsed;
}

/** One variable alone, for a command that needs no more. Read at each call: a test changes it between two databases. */
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
