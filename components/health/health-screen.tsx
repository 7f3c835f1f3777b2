import type { MailFate } from "@/lib/delivery/mail";
import type { Silence } from "@/lib/episodes/silence";
import type { NoticesView } from "@/lib/notices/view";
import type { HealthView } from "@/lib/signals/view";
import type { TimelineSection } from "@/lib/timeline/timeline";
import { MissedAlerts } from "../alerts/missed-alerts";
import { ChartStack } from "../charts/chart-stack";
import { PlatformIssues } from "../notices/platform-issues";
import { Card } from "../ui/card";
import { AvailabilityBars } from "./availability-bars";
import { LiveHealth } from "./live-health";
import { NextSteps } from "./next-steps";
import { RecentEvents } from "./recent-events";

/** The health page, from top to bottom: verdict, what runs, alerting, signals, charts, availability, what happened, ways on. */
export function HealthScreen({
  view,
  renderedAtMs,
  day,
  notices,
  silence,
  missed,
  links,
}: {
  view: HealthView;
  /** The server's clock when the view was read. */
  renderedAtMs: number;
  day: TimelineSection;
  notices: NoticesView;
  /** null where there is nothing to prove: no worker has ever run. */
  silence: Silence | null;
  /** Alerts that never reached the owner, and that they have not put away. */
  missed: readonly MailFate[];
  links: {
    capability: string | null;
    documentation: string | null;
    modify: string | null;
    /** A new issue that says that the platform is suspected. */
    suspect: string | null;
  };
}) {
  const { tenant } = view;
  return (
    <div className="space-y-4">
      <MissedAlerts mails={missed} />
      <LiveHealth
        initial={view}
        renderedAtMs={renderedAtMs}
        capabilityUrl={links.capability}
        silence={silence}
      />
      <ChartStack
        title="Trends"
        tenantId={tenant.id}
        signals={view.signals.map(({ id, title }) => ({ id, title }))}
        renderedAtMs={renderedAtMs}
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <AvailabilityBars tenantId={tenant.id} />
        <RecentEvents tenantId={tenant.id} initial={day} />
      </div>
      <OperatorSide view={view} notices={notices} suspectUrl={links.suspect} asOfMs={renderedAtMs} />
      <NextSteps notices={notices} documentationUrl={links.documentation} modifyUrl={links.modify} />
    </div>
  );
}

/** What the operator has open, while something is wrong here or they repair something. */
function OperatorSide({
  view,
  notices,
  suspectUrl,
  asOfMs,
}: {
  view: HealthView;
  notices: NoticesView;
  suspectUrl: string | null;
  asOfMs: number;
}) {
  const incidents = notices.source === "known" && notices.open.some(({ kind }) => kind === "incident");
  if (view.overall.state !== "trouble" && !incidents) return null;
  return (
    <Card id="operator-side" title="The operator’s side">
      <PlatformIssues view={notices} blamed={false} components={[]} suspectUrl={suspectUrl} asOfMs={asOfMs} />
    </Card>
  );
}
