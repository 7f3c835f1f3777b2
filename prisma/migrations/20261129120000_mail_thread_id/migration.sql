-- AlterTable
ALTER TABLE "mail" ADD COLUMN     "thread_id" TEXT;

-- Builds before 0.3.0 know this column as episode_key only. Whichever of the two a build leaves out is copied from the other.
-- Prisma's schema has no word for it.
CREATE OR REPLACE FUNCTION "mail_copy_thread_id"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW."thread_id" := COALESCE(NEW."thread_id", NEW."episode_key");
        NEW."episode_key" := NEW."thread_id";
    ELSIF NEW."thread_id" IS DISTINCT FROM OLD."thread_id" THEN
        NEW."episode_key" := NEW."thread_id";
    ELSE
        NEW."thread_id" := NEW."episode_key";
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER "mail_copy_thread_id" BEFORE INSERT OR UPDATE OF "thread_id", "episode_key" ON "mail" FOR EACH ROW EXECUTE FUNCTION "mail_copy_thread_id"();
