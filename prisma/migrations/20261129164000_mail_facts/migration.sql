-- AlterTable
-- A mail is written before it is rendered: until then it has its facts, and its bytes are a short text that leaves where nobody
-- renders it in time. Builds before 0.3.0 don't know these columns, and send that text when it is due.
ALTER TABLE "mail" ADD COLUMN     "facts" JSONB;
ALTER TABLE "mail" ADD COLUMN     "render_rank" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "mail" ADD COLUMN     "render_until" TIMESTAMPTZ(3);
