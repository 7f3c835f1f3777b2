-- CreateTable
CREATE TABLE "migration_told" (
    "tenant_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "mail_id" UUID,

    CONSTRAINT "migration_told_pkey" PRIMARY KEY ("tenant_id","run_id","what")
);

-- CreateTable
CREATE TABLE "migration_mail_setting" (
    "tenant_id" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "migration_mail_setting_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateIndex
CREATE INDEX "migration_told_at_idx" ON "migration_told"("at");

-- AddForeignKey
ALTER TABLE "migration_told" ADD CONSTRAINT "migration_told_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "migration_mail_setting" ADD CONSTRAINT "migration_mail_setting_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
