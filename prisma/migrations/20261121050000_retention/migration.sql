-- CreateTable
CREATE TABLE "housekeeping" (
    "job" TEXT NOT NULL,
    "begun_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "housekeeping_pkey" PRIMARY KEY ("job")
);

-- Mails stay as records, and their bytes don't: this finds those that still have them. Prisma's schema has no word for it.
CREATE INDEX "mail_with_bytes" ON "mail"("created_at") WHERE octet_length("raw") > 0;
