"use client";

import type { ReactNode } from "react";
import { AlertingStrip } from "@/components/frame/alerting-strip";
import { asLastKnown, dataAgeMs, staleReason } from "@/components/ui/freshness";
import { useNow } from "@/components/ui/now";
import type { HealthView } from "@/lib/views/health/view";
import { OverallPanel } from "./overall";
import { RuntimePanel } from "./runtime-panel";
import { SignalCard } from "./signal-card";
import { useHealth } from "./use-health";

/** The upper half of the health page: what the server rendered, then kept current. Stale values fade and turn nothing green. */
export function LiveHealth({
  initial,
  renderedAtMs,
  capabilityUrl,
  silence,
}: {
  initial: HealthView;
  renderedAtMs: number;
  capabilityUrl: string | null;
  silence: ReactNode;
}) {
  const { received, failure, retry } = useHealth(initial, renderedAtMs);
  const now = useNow();
  const reason = staleReason(received, now, failure?.message ?? null);
  const stale = reason !== null;
  const view = stale ? asLastKnown(received.view, reason) : received.view;
  const ageMs = dataAgeMs(received, now);

  return (
    <div className="space-y-4" data-stale={stale}>
      <OverallPanel view={view} received={received} onRetry={failure ? retry : null} />
      <RuntimePanel
        runtime={view.runtime}
        faded={stale}
        asOfMs={view.asOfMs}
        capability={view.tenant.name}
        capabilityUrl={capabilityUrl}
      />
      {received.view.overall.state !== "not-serving" && (
        <AlertingStrip alerting={view.alerting} asOfMs={view.asOfMs} stale={stale} silence={silence} />
      )}
      <section aria-labelledby="signals">
        <h2 id="signals" className="sr-only">
          Signals
        </h2>
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
          {view.signals.map((signal) => (
            <SignalCard key={signal.id} signal={signal} asOfMs={view.asOfMs} ageMs={ageMs} />
          ))}
        </ul>
      </section>
    </div>
  );
}
