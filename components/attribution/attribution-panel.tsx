"use client";

import { useQuery } from "@tanstack/react-query";
import { type OperatorSide, PlatformIssues } from "@/components/notices/platform-issues";
import { Card } from "@/components/ui/card";
import { POLL_INTERVAL_MS } from "@/components/ui/freshness";
import { getJson, otherSession } from "@/components/ui/get-json";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import type { AttributedAlert, AttributionView, ComponentView } from "@/lib/attribution/view";
import type { NoticesView } from "@/lib/notices/view";
import { HoldWords } from "./hold-words";
import { bySameVerdict } from "./same-verdict";
import { VerdictView } from "./verdict-view";
import { platformWords, STATE_WORDS } from "./verdict-words";

async function fetchAttribution(tenantId: string, signal: AbortSignal): Promise<AttributionView> {
  const { body } = await getJson("/api/attribution", signal, "attribution");
  if (body.tenantId !== tenantId || !Array.isArray(body.alerts)) throw otherSession();
  return body;
}

/** Whose problem the open alerts look like, and how the platform fares: from the server's render at first, then kept current. */
export function AttributionPanel({
  initial,
  notices,
  suspectUrl,
}: {
  initial: AttributionView;
  notices: NoticesView;
  suspectUrl: string | null;
}) {
  const { data: view, error } = useQuery({
    queryKey: [initial.tenantId, "attribution"],
    queryFn: ({ signal }) => fetchAttribution(initial.tenantId, signal),
    initialData: initial,
    staleTime: POLL_INTERVAL_MS / 2,
    refetchInterval: POLL_INTERVAL_MS,
  });
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
        const [{ alertId, verdict } = { alertId: "", verdict: null }] = same;
        return (
          <li key={alertId}>
            <p className="flex flex-wrap items-baseline gap-x-3 text-sm text-ink-soft">
              {same.map((alert) => (
                <span key={alert.alertId}>
                  <PageLink href={`/alerts/${alert.alertId}`} className="link">
                    Alert: {alert.name}
                  </PageLink>
                  {alert.verdict && (
                    <>
                      {" · since "}
                      <Time atMs={alert.verdict.atMs} style="clock" withZone />
                    </>
                  )}
                </span>
              ))}
            </p>
            {verdict ? (
              <VerdictView verdict={verdict} operator={operator} />
            ) : (
              <p>Nothing was said of this: when it began, nobody could look at the evidence.</p>
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
