-- What builds before 0.3.0 would refuse in a document, and when it was applied. Such a build writes neither.
ALTER TABLE "definition" ADD COLUMN     "newer" JSONB;
ALTER TABLE "definition" ADD COLUMN     "newer_applied_at" TIMESTAMPTZ(3);
