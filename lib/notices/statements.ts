import { statementsOf } from "@/lib/infra/statement";
import type { Types } from "./statement-types";

const statement = statementsOf<Types>();

/** More notices than this at once help nobody. */
const MOST = 200;

// One of several workers asks. Another repository's pages are no answer to this one's questions. A turn is identified by the
// time of the next one: a worker that stood still must not put old pages in the place of newer ones. A clock that was put back
// must not keep all waiting until it catches up; GitHub never asks for a day. Times are kept to the millisecond and may be rounded
// up, and a clock that is set right goes back by parts of a second: the first turn is due from the row's beginning all the same.
export const BEGIN = statement(
  "BEGIN",
)`INSERT INTO notice_feed (id, repository, pages, interval_seconds) VALUES (1, $1, '[]', $2) ON CONFLICT (id) DO NOTHING`;
export const CLAIM = statement("CLAIM")`
  UPDATE notice_feed SET next_try_at = now() + $3 * interval '1 s', interval_seconds = $2,
    pages = CASE WHEN repository = $1 THEN pages ELSE '[]' END, read_at = CASE WHEN repository = $1 THEN read_at END,
    failure_code = CASE WHEN repository = $1 THEN failure_code END,
    failure_message = CASE WHEN repository = $1 THEN failure_message END, repository = $1
  WHERE id = 1 AND (next_try_at <= now() + interval '1 s' OR next_try_at > now() + interval '1 day' OR repository <> $1)
  RETURNING pages, next_try_at`;
export const SUCCEED = statement("SUCCEED")`
  UPDATE notice_feed SET pages = $2, read_at = now(), failure_code = NULL, failure_message = NULL,
    next_try_at = now() + interval_seconds * interval '1 s' WHERE id = 1 AND repository = $1 AND next_try_at = $3`;
export const FAIL = statement("FAIL")`
  UPDATE notice_feed SET failure_code = $2, failure_message = $3, next_try_at = now() + $4 * interval '1 s'
  WHERE id = 1 AND repository = $1 AND next_try_at = $5`;
export const REMOVE_NOTICES = statement("REMOVE_NOTICES")`DELETE FROM notice`;
export const INSERT = statement("INSERT")`
  INSERT INTO notice (number, document, every_tenant, tenants, moved)
  SELECT number, document, every_tenant, ARRAY(SELECT jsonb_array_elements_text(tenants)), moved
  FROM unnest($1::int[], $2::jsonb[], $3::boolean[], $4::jsonb[], $5::jsonb[]) AS new (number, document, every_tenant, tenants, moved)`;
export const TENANTS = statement("TENANTS")`SELECT id, name FROM tenant`;
export const FEED = statement(
  "FEED",
)`SELECT repository, read_at, failure_code, failure_message, interval_seconds FROM notice_feed WHERE id = 1`;
export const OPEN_INCIDENTS = statement("OPEN_INCIDENTS", { notNull: ["tenants"] })`
  SELECT document, every_tenant, tenants FROM notice
  WHERE document ->> 'kind' = 'incident' AND document ->> 'closedAtMs' IS NULL ORDER BY number DESC LIMIT ${MOST}`;
export const NOTICES_OF = statement("NOTICES_OF")`
  SELECT document, moved -> $1 AS moved FROM notice WHERE every_tenant OR tenants @> ARRAY[$1]
  ORDER BY number DESC LIMIT ${MOST}`;
