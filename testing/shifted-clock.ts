import type { Pool } from "pg";

/**
 * Gives a test's database a clock that the test sets, for every statement that asks for `now()` or `clock_timestamp()`: functions of
 * these names stand before PostgreSQL's own in the search path. Connections that are open already are ended, since they have the
 * old path. An autovacuum worker, which is the superuser's, is left alone: the role of tests may not end it.
 * @returns sets the clock, in ms since the epoch; it goes on from there
 */
export async function shiftClock(pool: Pool): Promise<(atMs: number) => Promise<void>> {
  await pool.query(`
    CREATE SCHEMA shifted;
    CREATE TABLE shifted.clock (ahead interval NOT NULL);
    INSERT INTO shifted.clock VALUES ('0');
    CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
      'SELECT pg_catalog.clock_timestamp() + (SELECT ahead FROM shifted.clock)';
    CREATE FUNCTION shifted.now() RETURNS timestamptz LANGUAGE sql STABLE AS
      'SELECT pg_catalog.now() + (SELECT ahead FROM shifted.clock)';
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = shifted, pg_catalog, public', current_database()); END $$;`);
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`,
  );
  return async (atMs) => {
    await pool.query(
      "UPDATE shifted.clock SET ahead = to_timestamp($1::float8 / 1000) - pg_catalog.clock_timestamp()",
      [atMs],
    );
  };
}
