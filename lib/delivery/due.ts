// Parts of statements that read mails, as `m`: which of them can leave.

/** An open mail that has to leave before this one: an older one of the same order key and the same thread. */
export const HAS_EARLIER = `EXISTS (SELECT FROM mail earlier
  WHERE earlier.order_key = m.order_key AND earlier.thread_id IS NOT DISTINCT FROM m.thread_id AND earlier.seq < m.seq
    AND earlier.state IN ('queued', 'sending'))`;

/**
 * Times are kept to the millisecond and may be rounded up, and a clock that is set right goes back by parts of a second: what became
 * due a moment ago is due all the same.
 */
export const NOW = "now() + interval '1 s'";

/** What is released can leave now; a draft when it is rendered, or else when it is due. */
export const DUE_NOW = "due_at = CASE WHEN facts IS NULL THEN now() ELSE due_at END";

export const IS_FIRST_OF_ITS_ORDER = `NOT ${HAS_EARLIER}`;
/** A draft waits for a worker from the first, and for nothing else. */
export const DUE_AT = "CASE WHEN m.facts IS NULL THEN m.due_at ELSE m.created_at END";
export const IS_DUE = `m.state = 'queued' AND ${DUE_AT} <= ${NOW} AND ${IS_FIRST_OF_ITS_ORDER}`;
