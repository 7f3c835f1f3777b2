-- AlterTable
ALTER TABLE "mail" ADD COLUMN "accepted_settings" TEXT;
