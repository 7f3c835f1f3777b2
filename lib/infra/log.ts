import pino from "pino";

/**
 * Structured logs on standard output. Secrets are cut out by name, so that a careless line can't spill one.
 */
export const log = pino({
  level: process.env.LOG_LEVEL ?? "info",
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  // An error is logged as `err`. Under the other obvious name it would be written as {}.
  serializers: { error: pino.stdSerializers.err },
  redact: {
    paths: [
      "*.password",
      "*.secret",
      "*.token",
      "*.id_token",
      "*.access_token",
      "*.refresh_token",
      "*.cookie",
      "*.authorization",
      "headers.cookie",
      "headers.authorization",
    ],
    censor: "[redacted]",
  },
});
