-- AlterEnum
ALTER TYPE "definition_kind" ADD VALUE 'components';

-- CreateTable
CREATE TABLE "attribution" (
    "id" BIGSERIAL NOT NULL,
    "episode_id" UUID NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "side" TEXT NOT NULL,
    "sentence" TEXT NOT NULL,
    "reasons" JSONB NOT NULL,
    "would_decide" TEXT,
    "evidence" JSONB NOT NULL,

    CONSTRAINT "attribution_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "attribution_episode_id_id_idx" ON "attribution"("episode_id", "id");

-- CreateIndex
CREATE INDEX "attribution_tenant_id_at_idx" ON "attribution"("tenant_id", "at");

-- AddForeignKey
ALTER TABLE "attribution" ADD CONSTRAINT "attribution_episode_id_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE CASCADE ON UPDATE CASCADE;
