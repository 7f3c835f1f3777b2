-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "without" TEXT[] DEFAULT ARRAY[]::TEXT[];
