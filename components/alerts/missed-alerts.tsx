"use client";

import { useState } from "react";
import { smallButton } from "@/components/ui/button";
import { PollError } from "@/components/ui/get-json";
import { postJson } from "@/components/ui/post-json";
import { isMigrationMail, type MailDelivery } from "@/lib/delivery/mail";
import { MailList } from "./mail-list";

/** Mails that never reached the owner, until they put that away. What they have not seen here stays. */
export function MissedAlerts({ mails }: { mails: readonly MailDelivery[] }) {
  const [gone, setGone] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (gone || mails.length === 0) return null;
  const noun = mails.some(({ kind }) => isMigrationMail(kind)) ? "mail" : "alert";
  const dismiss = async () => {
    try {
      await postJson("/api/alerts/missed", "done", { dismiss: mails.map(({ id }) => id) });
      setGone(true);
    } catch (error) {
      setProblem(error instanceof PollError ? error.message : "That did not work. Try again.");
    }
  };
  return (
    <section
      aria-labelledby="missed"
      data-missed={mails.length}
      className="rounded-2xl border border-l-4 border-bad bg-surface p-4 shadow-card sm:p-5"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id="missed" className="text-base font-semibold tracking-tight">
          {mails.length === 1 ? `1 ${noun} never reached you` : `${mails.length} ${noun}s never reached you`}
        </h2>
        <button type="button" onClick={dismiss} className={smallButton}>
          I have seen this
        </button>
      </div>
      <p role="alert" className="text-sm text-bad">
        {problem}
      </p>
      <MailList mails={mails} />
      <p className="mt-1 text-sm">
        <a href="/alerts" className="link">
          All alerts
        </a>
      </p>
    </section>
  );
}
