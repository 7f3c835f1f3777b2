"use client";

import type { HealthView } from "@/lib/signals/view";
import { AlertingStrip } from "../frame/alerting-strip";
import type { PollError } from "../ui/get-json";
import { useNow } from "../ui/now";
import { asLastKnown, dataAgeMs, staleReason } from "./freshness";
import { RuntimePanel } from "./runtime-panel";
import { SignalCard } from "./signal-card";
import { useHealth } from "./use-health";
import { Verdict } from "./verdict";

/** The upper half of the health page: what the server rendered, then kept current. Stale values fade and turn nothing green. */
export function LiveHealth({
  initial,
  renderedAtMs,
  capabilityUrl,
}: {
  initial: HealthView;
  renderedAtMs: number;
  capabilityUrl: string | null;
}) {
  const { received, failure, retry } = useHealth(initial, renderedAtMs);
  const now = useNow();
  const reason = staleReason(received, now, failure?.message ?? null);
  const stale = reason !== null;
  const view = stale ? asLastKnown(received.view, reason) : received.view;
  const ageMs = dataAgeMs(received, now);

  return (
    <div className="space-y-4" data-stale={stale}>
      {failure?.ended && <Ended failure={failure} />}
      <Verdict view={view} received={received} onRetry={failure && !failure.ended ? retry : null} />
      <RuntimePanel
        runtime={view.runtime}
        faded={stale}
        asOfMs={view.asOfMs}
        capability={view.tenant.name}
        capabilityUrl={capabilityUrl}
      />
      <AlertingStrip alerting={view.alerting} asOfMs={view.asOfMs} stale={stale} />
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

/** The session ended while the page was open: what to do about it. It lies over the page, so that nothing moves. */
function Ended({ failure }: { failure: PollError }) {
  const signedOut = failure.code === "signed-out";
  return (
    <div
      role="alert"
      className="fixed inset-x-4 bottom-4 z-10 mx-auto max-w-lg rounded-2xl border border-accent bg-accent-soft px-5 py-4 shadow-lg"
    >
      <p className="font-medium">{failure.message}</p>
      <p className="mt-0.5 text-sm">
        {signedOut
          ? "The values below are no longer updated. "
          : "What this page shows is no longer updated. "}
        <a href={signedOut ? "/sign-in" : "/"} className="link font-medium">
          {signedOut ? "Sign in again" : "Open that capability"}
        </a>
      </p>
    </div>
  );
}
