import { MAIL_FROM } from "../testing/outbox";

/** How far apart the cycles of a run are: the shortest that the product takes. */
export const CHAOS_INTERVAL_SECONDS = 5;

/** The settings that all webs and workers of a run share. Nobody signs in: the sessions are there from the beginning. */
export const sharedSettings = (secret: string, definitions: string): Record<string, string> => ({
  NODE_ENV: "production",
  NEXT_TELEMETRY_DISABLED: "1",
  LOG_LEVEL: "info",
  OIDC_ISSUER: "http://127.0.0.1:9",
  OIDC_CLIENT_ID: "watchpost",
  OIDC_CLIENT_SECRET: secret,
  NEXTAUTH_URL: "http://127.0.0.1:9",
  NEXTAUTH_SECRET: secret,
  MAIL_FROM,
  DEFINITIONS_DIR: definitions,
  EVALUATION_INTERVAL_SECONDS: String(CHAOS_INTERVAL_SECONDS),
});

/** @param library libfaketime @param file says how far the clock is wrong, in seconds; it is read again each second */
export const faketimeSettings = (library: string, file: string): Record<string, string> => ({
  LD_PRELOAD: library,
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_CACHE_DURATION: "1",
  // A clock that is set moves no timer: those run by the monotonic clock.
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
});
