-- A migration of its own, because the one before it locks the whole table, and this locks rows alone. The mails that workers still
-- change come last, so that they are locked for the shortest time.
UPDATE "mail" SET "thread_id" = "episode_key" WHERE "thread_id" IS NULL AND "episode_key" IS NOT NULL AND "state" IN ('accepted', 'failed', 'cancelled');
UPDATE "mail" SET "thread_id" = "episode_key" WHERE "thread_id" IS NULL AND "episode_key" IS NOT NULL;
