-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "leaving" JSONB NOT NULL DEFAULT '{}';

-- AlterEnum
ALTER TYPE "episode_end" ADD VALUE 'evicted';
