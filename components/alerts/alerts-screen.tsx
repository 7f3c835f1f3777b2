import type { ComponentProps } from "react";
import { Card } from "@/components/ui/card";
import type { Silence } from "@/lib/alerts/silence";
import type { MailDelivery } from "@/lib/delivery/mail";
import { NOTHING_TO_TEST, type TestAlert } from "@/lib/test-alerts/test-alert";
import { AlertList } from "./alert-list";
import { MailList } from "./mail-list";
import { SilenceWords } from "./silence-words";
import { TestAlertPanel } from "./test-alert-panel";

/** The alerts page: whether silence can be trusted, a way to try it, and what fired. */
export function AlertsScreen({
  tenantId,
  address,
  sendsAlerts,
  isServing,
  silence,
  test,
  history,
  otherMails,
}: {
  tenantId: string;
  /** Where alerts go. */
  address: string;
  /** False where no worker has ever run. */
  sendsAlerts: boolean;
  /** False past the eviction date. */
  isServing: boolean;
  silence: Silence | null;
  test: TestAlert | null;
  history: ComponentProps<typeof AlertList>;
  otherMails: readonly MailDelivery[];
}) {
  return (
    <div className="space-y-4">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">Alerts</h1>
        <p className="mt-1 max-w-prose text-ink-soft">
          This portal is the source of truth; e-mail is a best-effort nudge. Alerts{" "}
          {isServing ? "go" : "went"} to {address}, the address that onboarding recorded.
        </p>
      </div>
      <AlertList {...history} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card id="test" title="Test alert">
          {sendsAlerts && isServing ? (
            <TestAlertPanel tenantId={tenantId} address={address} initial={test} />
          ) : (
            <p className="text-ink-soft">{NOTHING_TO_TEST[isServing ? "noWorker" : "notServing"]}</p>
          )}
        </Card>
        <Card id="silence" title="Is no news good news?">
          {sendsAlerts ? (
            <p className="text-sm">
              <SilenceWords silence={silence} />
            </p>
          ) : (
            <p className="text-ink-soft">Nothing has been evaluated yet.</p>
          )}
          <p className="mt-2 text-sm text-ink-soft">
            An evaluation judges one line of one signal. While none is skipped and all five alerting steps
            work, no mail means that there was nothing to report.
          </p>
        </Card>
      </div>
      {otherMails.length > 0 && (
        <Card id="other-mails" title="Other mails">
          <MailList mails={otherMails} />
        </Card>
      )}
    </div>
  );
}
