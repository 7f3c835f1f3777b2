"use client";

import type { ReactNode } from "react";
import { useAttribution } from "@/components/attribution/use-attribution";
import { AlertingStrip } from "@/components/frame/alerting-strip";
import { asLastKnown, dataAgeMs, staleReason } from "@/components/ui/freshness";
import { useNow } from "@/components/ui/now";
import type { AttributionView } from "@/lib/attribution/view";
import type { NoticesView } from "@/lib/notices/view";
import type { PackedHealth } from "@/lib/views/health/pack";
import { OverallPanel } from "./overall";
import { RuntimePanel } from "./runtime-panel";
import { SignalCard } from "./signal-card";
import { Situation } from "./situation";
import { useHealth } from "./use-health";
import { useStateInTitle } from "./use-state-in-title";

/** The upper half of the health page: what the server rendered, then kept current. Stale values fade and turn nothing green. */
export function LiveHealth({
  initial,
  renderedAtMs,
  capabilityUrl,
  silence,
  attribution,
  notices,
}: {
  initial: PackedHealth;
  renderedAtMs: number;
  capabilityUrl: string | null;
  silence: ReactNode;
  attribution: AttributionView;
  notices: NoticesView;
}) {
  const { received, failure, retry } = useHealth(initial, renderedAtMs, { inHiddenTab: true });
  const attributed = useAttribution(attribution);
  const now = useNow();
  const reason = staleReason(received, now, failure?.message ?? null);
  const stale = reason !== null;
  const view = stale ? asLastKnown(received.view, reason) : received.view;
  const isServing = received.view.overall.state !== "not-serving";
  useStateInTitle(received, view.overall.state);
  const ageMs = dataAgeMs(received, now);

  return (
    <div className="flex flex-col gap-3 [reading-flow:flex-visual] sm:gap-4" data-stale={stale}>
      <OverallPanel view={view} received={received} onRetry={failure ? retry : null}>
        {isServing && <Situation view={view} stale={stale} attribution={attributed} notices={notices} />}
      </OverallPanel>
      {isServing && (
        // On a phone the cards that fail come before it.
        <div className={attributed.view.alerts.length > 0 ? "max-sm:order-1" : undefined}>
          <AlertingStrip alerting={view.alerting} asOfMs={view.asOfMs} stale={stale} silence={silence} />
        </div>
      )}
      <section aria-labelledby="signals">
        <h2 id="signals" className="sr-only">
          Signals
        </h2>
        {/* On a phone what fails comes first, and the keyboard follows the order that is seen where a browser can. */}
        <ul className="grid gap-3 [reading-flow:grid-order] sm:grid-cols-2 lg:grid-cols-5">
          {view.signals.map((signal) => (
            <SignalCard
              key={signal.id}
              signal={signal}
              forecasts={view.forecasts}
              asOfMs={view.asOfMs}
              ageMs={ageMs}
            />
          ))}
        </ul>
      </section>
      <RuntimePanel
        runtime={view.runtime}
        faded={stale}
        asOfMs={view.asOfMs}
        capability={view.tenant.name}
        capabilityUrl={capabilityUrl}
      />
    </div>
  );
}
