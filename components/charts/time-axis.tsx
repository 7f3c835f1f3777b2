"use client";

import { useZone } from "@/components/ui/zone";
import { timeTicks, zoneName } from "@/lib/wording/time";
import { leftOf } from "./geometry";
import { fractionAt } from "./shape";

/** Labels this close to an end would be cut off. */
const EDGE = 0.03;

/** The time axis below a chart, which names the zone. Each chart has its own: one for all of them would lie over what is scrolled. */
export function TimeAxis({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  const zone = useZone();
  return (
    <div
      aria-hidden="true"
      data-time-axis
      className="h-5 select-none text-[0.6875rem] leading-none text-ink-soft"
    >
      {/* Made anew when the axis moves on: labels that slide would be a shift of the layout at every poll. */}
      <div key={toMs} className="relative h-full">
        <span className="absolute left-0 top-1">{zoneName(toMs, zone)}</span>
        {timeTicks(fromMs, toMs, zone, 6).map((tick, index) => {
          const fraction = fractionAt(tick.atMs, fromMs, toMs);
          return (
            <span
              key={tick.atMs}
              // On the narrowest screens every second label: side by side they would run into each other.
              className={`absolute top-1 -translate-x-1/2 whitespace-nowrap ${index % 2 === 1 ? "max-[23rem]:hidden" : ""} ${
                fraction < EDGE || fraction > 1 - EDGE ? "invisible" : ""
              }`}
              style={{ left: leftOf(fraction) }}
            >
              {tick.label}
            </span>
          );
        })}
      </div>
    </div>
  );
}
