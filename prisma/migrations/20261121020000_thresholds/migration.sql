-- CreateTable
CREATE TABLE "threshold_setting" (
    "tenant_id" TEXT NOT NULL,
    "signal" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "inclusive" BOOLEAN NOT NULL,
    "for_seconds" INTEGER NOT NULL,
    "recover_for_seconds" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "threshold_setting_pkey" PRIMARY KEY ("tenant_id","signal","line")
);

-- CreateTable
CREATE TABLE "threshold_edit" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "signal" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by" TEXT NOT NULL,
    "from" JSONB,
    "to" JSONB,
    "preview" JSONB,

    CONSTRAINT "threshold_edit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "threshold_edit_tenant_id_at_idx" ON "threshold_edit"("tenant_id", "at");

-- AddForeignKey
ALTER TABLE "threshold_setting" ADD CONSTRAINT "threshold_setting_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "threshold_edit" ADD CONSTRAINT "threshold_edit_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
