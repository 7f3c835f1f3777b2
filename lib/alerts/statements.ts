import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

// The evaluator's statements: each is one round trip, whatever the number of tenants.

const statement = statementsOf<Types>();

/** One writer at a time: each reads what the last one left, and none writes over what it hasn't read. */
export const LOCK = statement("LOCK")`SELECT pg_advisory_xact_lock(7310262115842003)`;

/** So that no slot waits for long for what another evaluator or the operator does. */
export const LIMIT_STATEMENT = statement("LIMIT_STATEMENT")`SET LOCAL statement_timeout = '20s'`;
export const LIMIT_LOCK_WAIT = statement("LIMIT_LOCK_WAIT")`SET LOCAL lock_timeout = '10s'`;

export const CLOCK = statement("CLOCK", {
  notNull: ["now_ms"],
})`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`;

/** The newest cycle written, the newest slot, and the newest slot before this one. */
export const NEWEST = statement("NEWEST", { notNull: ["id"] })`
  SELECT coalesce((SELECT max(id) FROM cycle), 0)::text AS id, (SELECT max(slot) FROM cycle) AS slot,
    (SELECT max(slot) FROM cycle WHERE slot < $1) AS before`;

/** Per line, the newest earlier slot that could not be trusted. */
export const UNKNOWN_UNTIL = statement("UNKNOWN_UNTIL", { notNull: ["signal", "line"] })`
  SELECT line.signal, line.line, newest.slot FROM unnest($1::text[], $2::text[]) AS line (signal, line)
  CROSS JOIN LATERAL (
    SELECT slot FROM cycle c WHERE c.signal = line.signal AND c.line = line.line AND c.outcome IN ('failed', 'guarded')
      AND c.slot < $3 ORDER BY slot DESC LIMIT 1) AS newest`;

/** When the first slot was judged here, or the bundle was applied since. */
export const LOOKED_SINCE = statement("LOOKED_SINCE")`
  SELECT greatest((SELECT min(slot) FROM cycle), (SELECT applied_at FROM definition WHERE kind = 'bundle')) AS looked_since`;

export const LIVE_TENANTS = statement("LIVE_TENANTS", {
  notNull: ["without"],
})`SELECT id, without, leaving, time_zone FROM tenant WHERE state = 'live'`;
export const TENANT_CARDS = statement("TENANT_CARDS")`
  SELECT id, name, contact_address, time_zone, links FROM tenant WHERE id = ANY($1::text[])`;

/** Every line of every tenant, once per start of a worker. */
export const STATES = statement("STATES", {
  withinMs: 60_000,
})`SELECT tenant_id, signal, line, state FROM judgement`;

const ALERT = `id, tenant_id, signal, line, thread_id, thread_signal, thread_line, thread_opened_at, breached_at, fired_at,
  fired_value, threshold, worst, worst_at, last_value, last_value_at, missing_since, told, hold, reminders, ended_at, end_reason`;
export const OPEN_ALERTS = statement("OPEN_ALERTS")`
  SELECT ${ALERT} FROM episode WHERE ended_at IS NULL
    OR (tenant_id, thread_id) IN (SELECT tenant_id, thread_id FROM episode WHERE ended_at IS NULL)`;
export const THREAD_MAILS = statement("THREAD_MAILS", {
  notNull: ["thread_id", "accepted", "may_have_left", "open"],
})`
  SELECT m.thread_id, bool_or(m.accepted_at IS NOT NULL) AS accepted,
    bool_or(m.accepted_at IS NOT NULL OR m.state = 'sending' OR m.ambiguous > 0) AS may_have_left,
    bool_or(m.state IN ('queued', 'sending', 'held')) AS open
  FROM mail m WHERE (m.tenant_id, m.thread_id) IN (SELECT tenant_id, thread_id::text FROM episode WHERE ended_at IS NULL)
  GROUP BY m.thread_id`;

/** Slots that lie ahead were written by a clock that ran ahead. They would keep everybody from evaluating until then. */
export const REMOVE_FUTURE = statement("REMOVE_FUTURE")`DELETE FROM cycle WHERE slot >= $1`;

export const INSERT_CYCLES = statement("INSERT_CYCLES", { notNull: ["id"] })`
  INSERT INTO cycle (signal, line, slot, outcome, reason, detail, interval_seconds, missed, judged, answered, dropped, evaluator, run,
    started_at)
  SELECT signal, line, $8, outcome::cycle_outcome, reason, detail, $9, $10, $11, answered, dropped, $12, $13,
    now() - $14 * interval '1 ms'
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[])
    AS new (signal, line, outcome, reason, detail, answered, dropped)
  ON CONFLICT (signal, line, slot) DO NOTHING RETURNING id::text`;

export const UPSERT_JUDGEMENTS = statement("UPSERT_JUDGEMENTS")`
  INSERT INTO judgement (tenant_id, signal, line, state, condition, condition_since, data, data_since, threshold_version, value, slot)
  SELECT new.*, $11 FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::timestamptz[], $7::text[],
    $8::timestamptz[], $9::int[], $10::float8[]) AS new (tenant_id, signal, line, state, condition, condition_since, data,
    data_since, threshold_version, value)
  WHERE EXISTS (SELECT FROM tenant WHERE tenant.id = new.tenant_id)
  ON CONFLICT (tenant_id, signal, line) DO UPDATE SET state = excluded.state, condition = excluded.condition,
    condition_since = excluded.condition_since, data = excluded.data, data_since = excluded.data_since,
    threshold_version = excluded.threshold_version, value = excluded.value, slot = excluded.slot`;

/** What an alert was when it fired never changes again. The first mail that reports it settles its thread. */
export const UPSERT_ALERTS = statement("UPSERT_ALERTS")`
  INSERT INTO episode (${ALERT})
  SELECT id, tenant_id, signal, line, thread_id, thread_signal, thread_line, thread_opened_at, breached_at, fired_at, fired_value,
    threshold, worst, worst_at, last_value, last_value_at, missing_since, told, hold, reminders, ended_at, end_reason::episode_end
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[],
    $9::timestamptz[], $10::timestamptz[], $11::float8[], $12::jsonb[], $13::float8[], $14::timestamptz[], $15::float8[],
    $16::timestamptz[], $17::timestamptz[], $18::boolean[], $19::jsonb[], $20::int[], $21::timestamptz[], $22::text[])
    AS new (${ALERT})
  WHERE EXISTS (SELECT FROM tenant WHERE tenant.id = new.tenant_id)
  ON CONFLICT (id) DO UPDATE SET worst = excluded.worst, worst_at = excluded.worst_at, last_value = excluded.last_value,
    last_value_at = excluded.last_value_at, missing_since = excluded.missing_since, told = excluded.told, hold = excluded.hold,
    thread_id = excluded.thread_id, thread_signal = excluded.thread_signal, thread_line = excluded.thread_line,
    thread_opened_at = excluded.thread_opened_at,
    reminders = excluded.reminders, ended_at = excluded.ended_at, end_reason = excluded.end_reason`;

/** What was seen in the hour up to a firing, once: what a later look shows may differ. */
export const RECORD_TRENDS = statement("RECORD_TRENDS")`
  UPDATE episode SET trend = seen.trend FROM unnest($1::uuid[], $2::jsonb[]) AS seen (id, trend)
  WHERE episode.id = seen.id AND episode.trend IS NULL`;

/** Whether a relay has, or may have, a mail of one of the threads. */
export const MAY_HAVE_LEFT = statement("MAY_HAVE_LEFT", { notNull: ["may_have_left"] })`
  SELECT EXISTS (SELECT FROM unnest($1::text[], $2::text[]) AS thread (tenant_id, id)
    JOIN mail ON mail.tenant_id = thread.tenant_id AND mail.thread_id = thread.id
    WHERE mail.accepted_at IS NOT NULL OR mail.state = 'sending' OR mail.ambiguous > 0) AS may_have_left`;

export const RUN_IS_WRITTEN = statement("RUN_IS_WRITTEN", {
  notNull: ["written"],
})`SELECT EXISTS (SELECT FROM cycle WHERE run = $1 AND slot = $2) AS written`;

export const HEARTBEAT = statement("HEARTBEAT")`
  INSERT INTO worker_heartbeat (id, started_at, seen_at, version) VALUES ($1, now(), now(), $2)
  ON CONFLICT (id) DO UPDATE SET seen_at = now()`;

// What pages ask for.

export const ALERTS_OF = statement("ALERTS_OF", { nullable: [2, 3] })`
  SELECT ${ALERT}, trend FROM episode WHERE tenant_id = $1 AND ($2::timestamptz IS NULL OR fired_at < $2)
    AND ($3::timestamptz IS NULL OR fired_at >= $3 OR ended_at IS NULL OR ended_at >= $3)
  ORDER BY fired_at DESC, id LIMIT $4`;
/** When they began and ended, for a timeline. */
export const ALERT_TIMES = statement("ALERT_TIMES")`
  SELECT id, signal, line, fired_at, ended_at, end_reason FROM episode
  WHERE tenant_id = $1 AND (fired_at >= $2 OR ended_at IS NULL OR ended_at >= $2) ORDER BY fired_at DESC, id LIMIT 200`;
/** A page of them: alerts that fired at one slot are ordered by id, so that none falls between two pages. */
export const ALERT_PAGE = statement("ALERT_PAGE", { nullable: [2, 3, 4] })`
  SELECT ${ALERT} FROM episode WHERE tenant_id = $1 AND ($2::text IS NULL OR signal = $2)
    AND ($3::timestamptz IS NULL OR (fired_at, id) < ($3, $4::uuid))
  ORDER BY fired_at DESC, id DESC LIMIT $5`;
/** By its own id, else the oldest of the thread that has it: mails link to their thread. */
export const ALERT_OR_THREAD = statement("ALERT_OR_THREAD")`
  SELECT ${ALERT}, trend FROM episode WHERE tenant_id = $1 AND (id = $2 OR thread_id = $2)
  ORDER BY (id = $2) DESC, fired_at, id LIMIT 1`;
export const ALERTS_OF_THREADS = statement("ALERTS_OF_THREADS")`
  SELECT ${ALERT} FROM episode WHERE tenant_id = $1 AND thread_id = ANY($2::uuid[]) ORDER BY fired_at, id`;
export const LAST_ENDED = statement("LAST_ENDED", { prepared: "last_ended", notNull: ["ended_at"] })`
  SELECT signal, line, ended_at FROM episode WHERE tenant_id = $1 AND ended_at IS NOT NULL AND end_reason = 'recovered'
  ORDER BY fired_at DESC LIMIT 1`;
export const ALERT_OF = statement(
  "ALERT_OF",
)`SELECT ${ALERT}, trend FROM episode WHERE tenant_id = $1 AND id = $2`;
export const JUDGEMENTS_OF = statement("JUDGEMENTS_OF", { prepared: "judgements_of", notNull: ["at_zero"] })`
  SELECT signal, line, condition, condition_since, data, data_since, threshold_version, value, slot, state->'badParts' AS bad_parts,
    coalesce(state#>'{step,data,absent,notWanted}' = 'true', false) AS at_zero
  FROM judgement
  WHERE tenant_id = $1`;

/** Missed slots lie just before their row; the oldest row counts only those that lie within the time asked for. */
export const CYCLES_SINCE = statement("CYCLES_SINCE", {
  notNull: ["good", "failed", "guarded", "missed", "newest", "oldest"],
})`
  SELECT signal, line, count(*) FILTER (WHERE outcome = 'good')::int AS good,
    count(*) FILTER (WHERE outcome = 'failed')::int AS failed, count(*) FILTER (WHERE outcome = 'guarded')::int AS guarded,
    sum(least(missed, greatest(0, ceil(extract(epoch FROM slot - $1::timestamptz) / interval_seconds) - 1)))::int AS missed,
    max(slot) AS newest, min(slot) AS oldest
  FROM cycle WHERE slot > $1 GROUP BY signal, line`;
export const LAST_CYCLES = statement("LAST_CYCLES", { prepared: "last_cycles", notNull: ["signal", "line"] })`
  SELECT lines.signal, lines.line, good.slot AS good_slot, newest.slot, newest.outcome, newest.reason, newest.interval_seconds
  FROM unnest($1::text[], $2::text[]) AS lines (signal, line)
  LEFT JOIN LATERAL (SELECT slot FROM cycle c WHERE c.signal = lines.signal AND c.line = lines.line AND c.outcome = 'good'
    ORDER BY slot DESC LIMIT 1) AS good ON true
  LEFT JOIN LATERAL (SELECT slot, outcome, reason, interval_seconds FROM cycle c WHERE c.signal = lines.signal
    AND c.line = lines.line ORDER BY slot DESC LIMIT 1) AS newest ON true`;
export const HEARTBEATS = statement("HEARTBEATS", { notNull: ["age_ms"] })`
  SELECT id, started_at, seen_at, version, (extract(epoch FROM now() - seen_at) * 1000)::float8 AS age_ms
  FROM worker_heartbeat ORDER BY seen_at DESC`;
