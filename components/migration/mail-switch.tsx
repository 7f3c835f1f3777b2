"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Card } from "@/components/ui/card";
import { PollError } from "@/components/ui/get-json";
import { putJson } from "@/components/ui/put-json";
import { Switch } from "@/components/ui/switch";
import type { MigrationMails, MigrationView } from "@/lib/data-migrations/view";

/** The owner's switch for mails about migrations. It holds once it is saved; switching again takes it back. */
export function MailSwitch({ tenantId, mails }: { tenantId: string; mails: MigrationMails }) {
  const client = useQueryClient();
  const [saving, setSaving] = useState<boolean | null>(null);
  const [said, setSaid] = useState<{ saved: boolean; words: string } | null>(null);
  const { wanted, address } = mails;
  const save = async (to: boolean) => {
    if (saving !== null) return;
    setSaving(to);
    setSaid(null);
    try {
      const answer = await putJson<"migrationMails", object>("/api/migration/mails", "migrationMails", {
        wanted: to,
        pageOf: tenantId,
      });
      if (answer.ok) {
        const queryKey = [tenantId, "migration"];
        // What was asked before the change would bring back what was before it.
        await client.cancelQueries({ queryKey });
        client.setQueriesData<MigrationView>({ queryKey }, (view) => view && { ...view, mails: answer.body });
        setSaid({ saved: true, words: to ? "Saved. You will be mailed." : "Saved. You won’t be mailed." });
      } else setSaid({ saved: false, words: `Not saved: ${answer.refused.message}` });
    } catch (error) {
      const words = error instanceof PollError ? error.message : "That did not work. Try again.";
      setSaid({ saved: false, words });
    }
    setSaving(null);
  };
  return (
    <Card id="mails" title="Mails">
      <Switch on={saving ?? wanted} label="Mail me when a migration ends or stalls" onChange={save} />
      <p className="max-w-prose text-sm text-ink-soft">
        To {address}, the address that onboarding recorded. A standstill is mailed once, and at most once a
        day. This page is the source of truth; e-mail is a best-effort nudge.
      </p>
      <p role="status" className={`min-h-5 text-sm ${said?.saved === false ? "text-bad" : "text-ink-soft"}`}>
        {said?.words}
      </p>
    </Card>
  );
}
