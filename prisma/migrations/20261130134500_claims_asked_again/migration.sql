-- By what the provider is asked again for a session's claims, sealed, and when. Older builds write none of it.
ALTER TABLE "session" ADD COLUMN     "provider_tokens" TEXT;
ALTER TABLE "session" ADD COLUMN     "claims_read_at" TIMESTAMPTZ(3);
ALTER TABLE "session" ADD COLUMN     "claims_due_at" TIMESTAMPTZ(3);
ALTER TABLE "session" ADD COLUMN     "claims_lease_until" TIMESTAMPTZ(3);
