// What must change in a restored database, because the world went on after its backup. In the transaction of the restore.

/** A sign-out since the backup must hold: everybody signs in again. */
export const END_SESSIONS = "UPDATE session SET ended_at = now() WHERE ended_at IS NULL";

/** A mail of days ago would report an alert that is long over. It may have left; its owner's page says that this isn't known. */
export const GIVE_UP_OLD = `
  UPDATE mail SET state = 'failed', finished_at = now(), lease_token = NULL, lease_until = NULL, ambiguous = ambiguous + 1,
    last_class = 'ambiguous', last_tried_at = coalesce(last_tried_at, created_at),
    last_reply = 'The portal was restored from a backup after the 72 hours of this mail. It may have left before.'
  WHERE state IN ('queued', 'sending') AND give_up_at <= now()`;

/**
 * Whatever could still leave when the backup was made may have left since. It is sent, because a copy too many is better than an
 * alert too few: the same bytes under the same Message-ID, and its record says that there may be one more copy.
 */
export const SEND_AGAIN = `
  UPDATE mail SET state = CASE WHEN state = 'held' THEN 'held' ELSE 'queued' END::mail_state, lease_token = NULL, lease_until = NULL,
    ambiguous = ambiguous + 1
  WHERE state IN ('queued', 'sending', 'held') AND give_up_at > now()`;
