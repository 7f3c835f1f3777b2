-- Owners by name, and which claims name capabilities. In a table of its own: builds before 0.3.0 read all of "definition".
ALTER TABLE "tenant" ADD COLUMN     "owners" JSONB NOT NULL DEFAULT '[]';

CREATE TABLE "identity_definition" (
    "id" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "applied_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_definition_pkey" PRIMARY KEY ("id")
);
