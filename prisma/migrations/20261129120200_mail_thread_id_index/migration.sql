-- CreateIndex
CREATE INDEX "mail_tenant_id_thread_id_idx" ON "mail"("tenant_id", "thread_id");
