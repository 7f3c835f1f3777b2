-- Which relay accepted a mail lately. It begins without a row: what older builds recorded has no settings. Prisma's schema has no word
-- for a partial index.
CREATE INDEX "mail_accepted" ON "mail"("accepted_settings", "accepted_at") WHERE "accepted_settings" IS NOT NULL;
