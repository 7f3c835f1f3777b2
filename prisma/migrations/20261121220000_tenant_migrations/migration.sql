-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "migrations" JSONB NOT NULL DEFAULT '[]';
