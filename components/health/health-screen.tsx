import { MissedAlerts } from "@/components/alerts/missed-alerts";
import { SilenceWords } from "@/components/alerts/silence-words";
import { AttributionPanel } from "@/components/attribution/attribution-panel";
import { ChartStack } from "@/components/charts/chart-stack";
import { ChartTables } from "@/components/charts/chart-tables";
import type { Silence } from "@/lib/alerts/silence";
import type { AttributionView } from "@/lib/attribution/view";
import type { MailDelivery } from "@/lib/delivery/mail";
import type { RangeId } from "@/lib/evaluation/ranges";
import type { NoticesView } from "@/lib/notices/view";
import type { TimelineSection } from "@/lib/timeline/timeline";
import { packHealth } from "@/lib/views/health/pack";
import type { HealthView } from "@/lib/views/health/view";
import type { TabledBars, TabledSeries } from "@/lib/views/series/read-tables";
import { AvailabilityBarsChart } from "./availability-bars";
import { BarTables } from "./bar-tables";
import { LiveHealth } from "./live-health";
import { NextSteps } from "./next-steps";
import { RecentEvents } from "./recent-events";

/** The health page, from top to bottom: answer, alerting, signals, what runs, charts, whose problem, what happened, availability, ways on. */
export function HealthScreen({
  view,
  renderedAtMs,
  attribution,
  day,
  notices,
  silence,
  missed,
  hasMigrations,
  links,
  tables = null,
}: {
  view: HealthView;
  /** The server's clock when the view was read. */
  renderedAtMs: number;
  attribution: AttributionView;
  day: TimelineSection;
  notices: NoticesView;
  /** null where there is nothing to prove: no worker has ever run. */
  silence: Silence | null;
  /** Alerts that never reached the owner, and that they have not put away. */
  missed: readonly MailDelivery[];
  hasMigrations: boolean;
  links: {
    capability: string | null;
    documentation: string | null;
    modify: string | null;
    /** A new issue that says that the platform is suspected. */
    suspect: string | null;
  };
  /** Set for a reader without JavaScript: what stands in place of charts and bars. */
  tables?: {
    range: RangeId;
    bySignal: Record<string, TabledSeries>;
    bars: readonly TabledBars[];
  } | null;
}) {
  const { tenant } = view;
  const charted = view.signals.map(({ id, title }) => ({ id, title }));
  return (
    <div className="space-y-4">
      <MissedAlerts mails={missed} />
      <LiveHealth
        initial={packHealth(view)}
        renderedAtMs={renderedAtMs}
        capabilityUrl={links.capability}
        silence={<SilenceWords silence={silence} />}
        attribution={attribution}
        notices={notices}
      />
      {tables ? (
        <ChartTables title="Trends" signals={charted} range={tables.range} tables={tables.bySignal} />
      ) : (
        <ChartStack title="Trends" tenantId={tenant.id} signals={charted} renderedAtMs={renderedAtMs} />
      )}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <AttributionPanel initial={attribution} notices={notices} suspectUrl={links.suspect} />
        <RecentEvents tenantId={tenant.id} initial={day} />
        <div className="min-w-0 lg:col-span-2">
          {tables ? <BarTables tables={tables.bars} /> : <AvailabilityBarsChart tenantId={tenant.id} />}
        </div>
      </div>
      <NextSteps
        notices={notices}
        hasMigrations={hasMigrations}
        documentationUrl={links.documentation}
        modifyUrl={links.modify}
      />
    </div>
  );
}
