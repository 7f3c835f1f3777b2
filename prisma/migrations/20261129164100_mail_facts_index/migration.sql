-- What is to be rendered is nearly always nothing. Prisma's schema has no word for a partial index.
CREATE INDEX "mail_to_render" ON "mail"("render_rank", "seq") WHERE "facts" IS NOT NULL;
