"use client";

import { type OperatorSide, PlatformIssues } from "@/components/notices/platform-issues";
import { Card } from "@/components/ui/card";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import type { AttributedAlert, AttributionView, ComponentView } from "@/lib/attribution/view";
import type { NoticesView } from "@/lib/notices/view";
import { HoldWords } from "./hold-words";
import { bySameVerdict } from "./same-verdict";
import { useAttribution } from "./use-attribution";
import { VerdictView } from "./verdict-view";
import { platformWords, SIDE_WORDS, STATE_WORDS } from "./verdict-words";

/** Whose problem the open alerts look like, and the platform's state: from the server's render at first, then kept current. */
export function AttributionPanel({
  initial,
  notices,
  suspectUrl,
}: {
  initial: AttributionView;
  notices: NoticesView;
  suspectUrl: string | null;
}) {
  const { view, error } = useAttribution(initial);
  const operator = { view: notices, suspectUrl, asOfMs: view.asOfMs };
  return (
    <Card id="whose" title="Yours or the platform's?">
      <div className={error ? "text-ink-soft" : ""}>
        {view.alerts.length === 0 ? (
          <>
            <p>Nothing to attribute.</p>
            <PlatformIssues {...operator} suspectUrl={null} blamed={false} components={[]} />
          </>
        ) : (
          <Alerts alerts={view.alerts} operator={operator} />
        )}
        <Platform components={view.platform?.components ?? null} />
      </div>
      {error && (
        <p className="mt-3 text-sm text-ink-soft">
          As of <Time atMs={view.asOfMs} style="clock-seconds" withZone />. {error.message}
        </p>
      )}
    </Card>
  );
}

function Alerts({ alerts, operator }: { alerts: readonly AttributedAlert[]; operator: OperatorSide }) {
  return (
    <ul className="space-y-4">
      {bySameVerdict(alerts).map(({ alerts: same, hold }) => {
        const [{ alertId, verdict, keptSide } = { alertId: "", verdict: null, keptSide: null }] = same;
        return (
          <li key={alertId}>
            <p className="flex flex-wrap items-baseline gap-x-3 text-sm text-ink-soft">
              {same.map((alert) => (
                <span key={alert.alertId}>
                  <PageLink href={`/alerts/${alert.alertId}`} className="link">
                    Alert: {alert.name}
                  </PageLink>
                  {" · alerting since "}
                  <Time atMs={alert.firedAtMs} style="clock" withZone />
                </span>
              ))}
            </p>
            {verdict && keptSide && keptSide !== verdict.side && (
              <p className="mb-2" data-kept-side={keptSide}>
                At onset: {SIDE_WORDS[keptSide].toLowerCase()}. Changed to{" "}
                {SIDE_WORDS[verdict.side].toLowerCase()}, by later evidence about the onset.
              </p>
            )}
            {verdict ? (
              <VerdictView verdict={verdict} operator={operator} />
            ) : (
              <p>No verdict: the evidence wasn’t available when this alert began.</p>
            )}
            {hold && (
              <p className="mt-2" data-hold="held">
                <HoldWords hold={hold} />
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Platform({ components }: { components: readonly ComponentView[] | null }) {
  return (
    <div className="mt-3 text-sm text-ink-soft">
      <p>{platformWords(components)}</p>
      {components && components.length > 0 && (
        <details className="mt-1">
          <summary className="inline-flex min-h-6 list-none items-center underline decoration-line-strong underline-offset-4 hover:text-ink">
            The platform's components
          </summary>
          <ul className="mt-1 space-y-0.5">
            {components.map(({ id, name, parts, state }) => (
              <li key={id} data-component={id} data-state={state}>
                {name}
                {parts.length > 0 && ` (${parts.join(", ")})`}: {STATE_WORDS[state]}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
