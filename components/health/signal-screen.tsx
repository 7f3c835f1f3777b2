import { ChartStack } from "@/components/charts/chart-stack";
import { ChartTables } from "@/components/charts/chart-tables";
import { ExternalLink } from "@/components/ui/external-link";
import { PageLink } from "@/components/ui/page-link";
import type { RangeId } from "@/lib/evaluation/ranges";
import type { SignalView } from "@/lib/evaluation/view";
import { packHealth } from "@/lib/views/health/pack";
import type { LineBreakdown } from "@/lib/views/health/read-breakdowns";
import type { HealthView } from "@/lib/views/health/view";
import type { TabledSeries } from "@/lib/views/series/read-tables";
import { LiveSignal } from "./live-signal";
import { SignalExplained, type SignalFacts } from "./signal-explained";
import { SignalParts } from "./signal-parts";

/** One signal: where it stands, its history, and everything there is to know about it. */
export function SignalScreen({
  view,
  renderedAtMs,
  signal,
  facts,
  modifyUrl,
  breakdowns = [],
  tables = null,
}: {
  view: HealthView;
  renderedAtMs: number;
  signal: Pick<SignalView, "id" | "title">;
  facts: SignalFacts | null;
  modifyUrl: string | null;
  /** Of the signal's lines, those that can be broken down. */
  breakdowns?: readonly LineBreakdown[];
  /** Set for a reader without JavaScript: what stands in place of the chart. */
  tables?: { range: RangeId; bySignal: Record<string, TabledSeries> } | null;
}) {
  const shown = view.signals.find(({ id }) => id === signal.id);
  return (
    <div className="space-y-4">
      <div>
        <nav aria-label="Back">
          <PageLink href="/" className="link inline-flex min-h-6 items-center text-sm">
            All signals
          </PageLink>
        </nav>
        <h1 className="mt-1 text-2xl font-semibold tracking-tight">{signal.title}</h1>
      </div>
      <LiveSignal initial={packHealth(view)} renderedAtMs={renderedAtMs} signalId={signal.id} />
      {shown && <SignalParts signal={shown} breakdowns={breakdowns} asOfMs={view.asOfMs} />}
      {tables ? (
        <ChartTables title="History" signals={[signal]} range={tables.range} tables={tables.bySignal} />
      ) : (
        <ChartStack
          title="History"
          tenantId={view.tenant.id}
          signals={[signal]}
          renderedAtMs={renderedAtMs}
          linked={false}
        />
      )}
      <SignalExplained id={signal.id} facts={facts} />
      {modifyUrl && (
        <p className="px-1 text-sm text-ink-soft sm:px-2">
          To be watched by another signal: <ExternalLink href={modifyUrl}>Modify my capability</ExternalLink>
        </p>
      )}
    </div>
  );
}
