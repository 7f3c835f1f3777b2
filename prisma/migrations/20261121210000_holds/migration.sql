-- AlterTable
ALTER TABLE "episode" ADD COLUMN     "hold" JSONB;
