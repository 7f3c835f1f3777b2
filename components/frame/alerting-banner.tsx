"use client";

import { StatusIcon } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import { list } from "@/lib/wording/sentence";
import { LINK_WORDS } from "./alerting-words";
import { useFrame } from "./frame-provider";

/**
 * Says on every page that alerting is degraded, why and since when. Nothing stands here while all links work, and nothing where
 * no alerts are sent at all, which the health page says. The live region has the state and the names of the broken links; reasons
 * have durations in them, which a screen reader would say again each minute.
 */
export function AlertingBanner() {
  const { alerting } = useFrame();
  const broken = alerting?.links.filter(({ ok }) => !ok) ?? [];
  const isDegraded = alerting !== null && broken.length > 0;
  return (
    <div data-alerting={isDegraded ? "degraded" : "quiet"}>
      <p role="status" aria-live="polite" aria-atomic="true" className="sr-only">
        {isDegraded && `Alerting is degraded: ${list(broken.map(({ id }) => LINK_WORDS[id]))}.`}
      </p>
      {isDegraded && (
        <section
          aria-label="Alerting is degraded"
          className="mb-4 rounded-2xl border border-l-4 border-warn bg-warn-soft px-4 py-3 sm:px-5"
        >
          <p className="flex gap-2.5 font-medium">
            <span className="mt-0.5">
              <StatusIcon status="no-data" size={18} />
            </span>
            <span>
              Alerting is degraded
              {alerting.degradedSinceMs !== null && (
                <>
                  {" "}
                  since <Time atMs={alerting.degradedSinceMs} style="day-clock" withZone />
                </>
              )}
              : no alert doesn’t mean healthy.
            </span>
          </p>
          <ul className="mt-1 space-y-0.5 pl-[1.75rem] text-sm">
            {broken.map(({ id, reason }) => (
              <li key={id}>
                <span className="inline-block font-medium first-letter:uppercase">{LINK_WORDS[id]}:</span>{" "}
                {reason ?? "It does not work."}
              </li>
            ))}
          </ul>
          <p className="mt-1 pl-[1.75rem] text-sm text-ink-soft">
            E-mail may be late or lost. The health page shows the state now.
          </p>
        </section>
      )}
    </div>
  );
}
