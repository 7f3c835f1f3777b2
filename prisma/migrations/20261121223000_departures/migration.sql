-- CreateTable
CREATE TABLE "departure" (
    "id_digest" TEXT NOT NULL,
    "not_serving_from" TIMESTAMPTZ(3) NOT NULL,
    "over_at" TIMESTAMPTZ(3) NOT NULL,
    "time_zone" TEXT NOT NULL,
    "issue_url" TEXT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted" JSONB NOT NULL,
    "receipt_at" TIMESTAMPTZ(3),

    CONSTRAINT "departure_pkey" PRIMARY KEY ("id_digest")
);

-- CreateIndex
CREATE INDEX "departure_deleted_at_idx" ON "departure"("deleted_at");
