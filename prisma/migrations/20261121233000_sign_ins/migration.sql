-- CreateTable
CREATE TABLE "sign_in" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "issuer" TEXT NOT NULL,
    "subject" TEXT,
    "tenant_id" TEXT,
    "result" TEXT NOT NULL,

    CONSTRAINT "sign_in_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sign_in_at_idx" ON "sign_in"("at");

-- CreateIndex
CREATE INDEX "sign_in_tenant_id_at_idx" ON "sign_in"("tenant_id", "at");

-- AddForeignKey
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
