-- A logout of the provider ends sessions by person or by the provider's own session, and no tenant is known then.
CREATE INDEX "session_subject_idx" ON "session"("subject");
CREATE INDEX "session_provider_sid_idx" ON "session"("provider_sid");
