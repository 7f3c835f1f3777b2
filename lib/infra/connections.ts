/**
 * No statement of a page or a cycle takes this long, so that an answer which hasn't come by then never comes:
 * a line that went silent, a node that is lost. What may take longer says so.
 */
const ANSWER_WITHIN_MS = 10_000;
/** pg's limits for every connection: nobody waits for a server that says nothing. */
export const CONNECTION_LIMITS = {
  connectionTimeoutMillis: 3_000,
  query_timeout: ANSWER_WITHIN_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const;

/**
 * The server's limits for every connection: a client that goes silent within a transaction loses it, and its
 * locks, within ten seconds, and a statement whose client has gone ends. Not every system under a server can
 * look for that (PostgreSQL 18, 19.3.2). As a statement and not as startup parameters, so that those of
 * DATABASE_URL stay as the operator set them.
 */
export const SERVER_LIMITS = `
  SET idle_in_transaction_session_timeout = '8s'; SET tcp_user_timeout = '8s';
  SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3;
  DO $$ BEGIN
    PERFORM set_config('client_connection_check_interval', '5s', false);
  EXCEPTION WHEN invalid_parameter_value THEN NULL; END $$`;

/**
 * pg's limits for a connection for schema migrations, backup and restore, whose statements may take long.
 * A host that is lost is noticed by keepalive within half a minute.
 */
export const MAINTENANCE_LIMITS = {
  connectionTimeoutMillis: 10_000,
  query_timeout: 3_600_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const;

/** What pg says of an answer that didn't come in time. It has no code. */
const NO_ANSWER = "Query read timeout";

/**
 * Whether a statement failed because its connection says nothing any more. Then the others of its pool are in
 * doubt as well.
 */
export const isSilence = (error: unknown): boolean => error instanceof Error && error.message === NO_ANSWER;
