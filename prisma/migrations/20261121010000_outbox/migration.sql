-- CreateEnum
CREATE TYPE "mail_state" AS ENUM ('queued', 'sending', 'accepted', 'failed', 'held', 'cancelled');

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "episode_key" TEXT,
    "order_key" TEXT NOT NULL,
    "raw" BYTEA NOT NULL,
    "raw_text_only" BYTEA,
    "text_only" BOOLEAN NOT NULL DEFAULT false,
    "message_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "give_up_at" TIMESTAMPTZ(3) NOT NULL,
    "state" "mail_state" NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "ambiguous" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "lease_token" UUID,
    "last_tried_at" TIMESTAMPTZ(3),
    "last_class" TEXT,
    "last_reply" TEXT,
    "accepted_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "bounced_at" TIMESTAMPTZ(3),
    "bounce_action" TEXT,
    "bounce_status" TEXT,
    "bounce_detail" TEXT,
    "got_it_at" TIMESTAMPTZ(3),
    "dismissed_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "mail_lease_is_whole" CHECK (("state" = 'sending') = ("lease_token" IS NOT NULL) AND ("lease_token" IS NULL) = ("lease_until" IS NULL)),
    CONSTRAINT "mail_acceptance_has_its_time" CHECK ("state" <> 'accepted' OR "accepted_at" IS NOT NULL)
);

-- CreateTable
CREATE TABLE "bounce" (
    "id" BIGSERIAL NOT NULL,
    "mail_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bounce_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "address_health" (
    "tenant_id" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "bad_since" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "cleared_at" TIMESTAMPTZ(3),

    CONSTRAINT "address_health_pkey" PRIMARY KEY ("tenant_id", "recipient")
);

-- CreateTable
CREATE TABLE "relay_check" (
    "id" BIGSERIAL NOT NULL,
    "relay" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ok" BOOLEAN NOT NULL,
    "reason" TEXT,
    "breaker" TEXT NOT NULL,

    CONSTRAINT "relay_check_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "mail_seq_key" ON "mail"("seq");

-- CreateIndex
CREATE UNIQUE INDEX "mail_message_id_key" ON "mail"("message_id");

-- CreateIndex
CREATE INDEX "mail_tenant_id_created_at_idx" ON "mail"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "mail_tenant_id_episode_key_idx" ON "mail"("tenant_id", "episode_key");

-- CreateIndex
CREATE UNIQUE INDEX "bounce_mail_id_action_status_key" ON "bounce"("mail_id", "action", "status");

-- CreateIndex
CREATE INDEX "relay_check_relay_at_idx" ON "relay_check"("relay", "at");

-- AddForeignKey
ALTER TABLE "mail" ADD CONSTRAINT "mail_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bounce" ADD CONSTRAINT "bounce_mail_id_fkey" FOREIGN KEY ("mail_id") REFERENCES "mail"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_health" ADD CONSTRAINT "address_health_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The outbox grows for ever and what is still to do stays small: these two know only the latter. Prisma's schema has no word
-- for them.
CREATE INDEX "mail_due" ON "mail"("due_at", "seq") WHERE "state" IN ('queued', 'sending');
CREATE INDEX "mail_open_by_order" ON "mail"("order_key", "seq") WHERE "state" IN ('queued', 'sending');
CREATE INDEX "mail_held_by_recipient" ON "mail"("tenant_id", "recipient") WHERE "state" IN ('queued', 'held');
