-- CreateEnum
CREATE TYPE "cycle_outcome" AS ENUM ('good', 'failed', 'guarded');

-- CreateEnum
CREATE TYPE "episode_end" AS ENUM ('recovered', 'cancelled', 'expired', 'offboarded');

-- CreateTable
CREATE TABLE "cycle" (
    "id" BIGSERIAL NOT NULL,
    "signal" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "outcome" "cycle_outcome" NOT NULL,
    "reason" TEXT,
    "detail" TEXT,
    "interval_seconds" INTEGER NOT NULL,
    "missed" INTEGER NOT NULL,
    "judged" INTEGER NOT NULL,
    "answered" INTEGER NOT NULL,
    "dropped" INTEGER NOT NULL,
    "evaluator" UUID NOT NULL,
    "run" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cycle_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "judgement" (
    "tenant_id" TEXT NOT NULL,
    "signal" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "state" JSONB NOT NULL,
    "condition" TEXT NOT NULL,
    "condition_since" TIMESTAMPTZ(3),
    "data" TEXT,
    "data_since" TIMESTAMPTZ(3),
    "threshold_version" INTEGER NOT NULL,
    "value" DOUBLE PRECISION,
    "slot" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "judgement_pkey" PRIMARY KEY ("tenant_id","signal","line")
);

-- CreateTable
CREATE TABLE "episode" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "signal" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "thread_id" UUID NOT NULL,
    "thread_signal" TEXT NOT NULL,
    "thread_line" TEXT NOT NULL,
    "thread_opened_at" TIMESTAMPTZ(3) NOT NULL,
    "breached_at" TIMESTAMPTZ(3) NOT NULL,
    "fired_at" TIMESTAMPTZ(3) NOT NULL,
    "fired_value" DOUBLE PRECISION NOT NULL,
    "threshold" JSONB NOT NULL,
    "worst" DOUBLE PRECISION NOT NULL,
    "worst_at" TIMESTAMPTZ(3) NOT NULL,
    "last_value" DOUBLE PRECISION,
    "last_value_at" TIMESTAMPTZ(3),
    "missing_since" TIMESTAMPTZ(3),
    "told" BOOLEAN NOT NULL,
    "reminders" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" "episode_end",
    "trend" JSONB,

    CONSTRAINT "episode_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "episode_end_is_whole" CHECK (("ended_at" IS NULL) = ("end_reason" IS NULL))
);

-- CreateTable
CREATE TABLE "worker_heartbeat" (
    "id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "version" TEXT NOT NULL,

    CONSTRAINT "worker_heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "cycle_signal_line_slot_key" ON "cycle"("signal", "line", "slot");

-- CreateIndex
CREATE INDEX "cycle_signal_line_outcome_slot_idx" ON "cycle"("signal", "line", "outcome", "slot");

-- CreateIndex
CREATE INDEX "cycle_slot_idx" ON "cycle"("slot");

-- CreateIndex
CREATE INDEX "episode_tenant_id_fired_at_idx" ON "episode"("tenant_id", "fired_at");

-- AddForeignKey
ALTER TABLE "judgement" ADD CONSTRAINT "judgement_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "episode" ADD CONSTRAINT "episode_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One open episode for a line of a tenant, whatever goes wrong. Prisma's schema has no word for it.
CREATE UNIQUE INDEX "episode_open" ON "episode"("tenant_id", "signal", "line") WHERE "ended_at" IS NULL;
