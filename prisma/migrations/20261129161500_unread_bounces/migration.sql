-- What a bounce says that isn't final: part, came-back or unreadable. Builds before 0.3.0 read bounce_action alone, where it is delayed.
ALTER TABLE "mail" ADD COLUMN     "bounce_note" TEXT;

-- CreateTable
CREATE TABLE "unread_bounce" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "mail_id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "head" BYTEA NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "unread_bounce_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "unread_bounce_mail_id_digest_key" ON "unread_bounce"("mail_id", "digest");

-- CreateIndex
CREATE INDEX "unread_bounce_received_at_idx" ON "unread_bounce"("received_at");

-- AddForeignKey
ALTER TABLE "unread_bounce" ADD CONSTRAINT "unread_bounce_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unread_bounce" ADD CONSTRAINT "unread_bounce_mail_id_fkey" FOREIGN KEY ("mail_id") REFERENCES "mail"("id") ON DELETE CASCADE ON UPDATE CASCADE;
