-- AlterTable
ALTER TABLE "tenant" ADD COLUMN "live_since" TIMESTAMPTZ(3);
UPDATE "tenant" SET "live_since" = "applied_at" WHERE "state" = 'live';

-- AlterTable
ALTER TABLE "mail" ADD COLUMN "dismissed_by" TEXT;

-- CreateTable
CREATE TABLE "test_alert" (
    "id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "requested_by" TEXT NOT NULL,
    "written_at" TIMESTAMPTZ(3),

    CONSTRAINT "test_alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "test_alert_tenant_id_requested_at_idx" ON "test_alert"("tenant_id", "requested_at");

-- AddForeignKey
ALTER TABLE "test_alert" ADD CONSTRAINT "test_alert_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The worker looks for these every second. Prisma's schema has no word for it.
CREATE INDEX "test_alert_waiting" ON "test_alert"("requested_at") WHERE "written_at" IS NULL;
