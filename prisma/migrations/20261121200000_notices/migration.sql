-- CreateTable
CREATE TABLE "notice_feed" (
    "id" INTEGER NOT NULL,
    "repository" TEXT NOT NULL,
    "pages" JSONB NOT NULL,
    "read_at" TIMESTAMPTZ(3),
    "failure_code" TEXT,
    "failure_message" TEXT,
    "interval_seconds" INTEGER NOT NULL,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_feed_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notice_feed_is_one" CHECK ("id" = 1)
);

-- CreateTable
CREATE TABLE "notice" (
    "number" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "every_tenant" BOOLEAN NOT NULL,
    "tenants" TEXT[],
    "moved" JSONB NOT NULL,

    CONSTRAINT "notice_pkey" PRIMARY KEY ("number")
);

-- CreateIndex
CREATE INDEX "notice_tenants_idx" ON "notice" USING GIN ("tenants");

-- Those that a page reads for whoever it is. Prisma's schema has no word for it.
CREATE INDEX "notice_every_tenant" ON "notice"("number") WHERE "every_tenant";
