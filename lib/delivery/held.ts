// Parts of statements that write new mails, as `new`.

/** An address that is called bad now, for this mail's tenant and recipient. */
export const IS_HELD = `EXISTS (SELECT FROM address_health h
  WHERE h.tenant_id = new.tenant_id AND h.recipient = new.recipient AND h.cleared_at IS NULL)`;

/** Under which settings of the relay an address is called bad: other settings may find it good. */
export const RELAY_SETTINGS = "(SELECT settings FROM relay_check ORDER BY id DESC LIMIT 1)";

export const STILL_BAD = `ON CONFLICT (tenant_id, recipient) DO UPDATE SET reason = excluded.reason, cleared_at = NULL,
      settings = excluded.settings, tried_at = now(),
      bad_since = CASE WHEN address_health.cleared_at IS NULL THEN address_health.bad_since ELSE excluded.bad_since END`;
