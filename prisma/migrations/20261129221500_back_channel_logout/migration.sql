-- The provider's own session, by which it ends ours; and the logout tokens that were taken, each once. Older builds write neither.
ALTER TABLE "session" ADD COLUMN     "provider_sid" TEXT;
CREATE TABLE "logout_token" (
    "digest" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "logout_token_pkey" PRIMARY KEY ("digest")
);
