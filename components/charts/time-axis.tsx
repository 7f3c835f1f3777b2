"use client";

import { useZone } from "@/components/ui/zone";
import { formatTime, timeTicks, zoneName } from "@/lib/wording/time";
import { useCrosshair } from "./crosshair";
import { leftOf } from "./geometry";
import { fractionAt } from "./shape";

/** Labels this close to an end would be cut off. */
const EDGE = 0.03;

/** The one time axis below all charts. It stays in sight while the charts are scrolled, and names the zone. */
export function TimeAxis({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  const zone = useZone();
  const [atMs] = useCrosshair();
  const long = toMs - fromMs > 86_400_000;
  return (
    <div
      aria-hidden="true"
      data-time-axis
      className="sticky bottom-0 z-[1] -mx-1 h-8 border-t border-line bg-surface px-1 text-[0.6875rem] text-ink-soft"
    >
      {/* Made anew when the axis moves on: labels that slide would be a shift of the layout at every poll. */}
      <div key={toMs} className="relative h-full">
        <span className="absolute left-0 top-1.5">{zoneName(toMs, zone)}</span>
        {timeTicks(fromMs, toMs, zone, 6).map((tick, index) => {
          const fraction = fractionAt(tick.atMs, fromMs, toMs);
          return (
            <span
              key={tick.atMs}
              // On the narrowest screens every second label: side by side they would run into each other.
              className={`absolute top-1.5 -translate-x-1/2 whitespace-nowrap ${index % 2 === 1 ? "max-[23rem]:hidden" : ""} ${
                fraction < EDGE || fraction > 1 - EDGE ? "invisible" : ""
              }`}
              style={{ left: leftOf(fraction) }}
            >
              {tick.label}
            </span>
          );
        })}
        {atMs !== null && (
          <span
            className="absolute top-1 whitespace-nowrap rounded bg-ink px-1.5 py-0.5 text-canvas"
            style={{
              left: leftOf(fractionAt(atMs, fromMs, toMs)),
              transform: `translateX(-${(fractionAt(atMs, fromMs, toMs) * 100).toFixed(0)}%)`,
            }}
          >
            {formatTime(atMs, zone, long ? "day-clock" : "clock")}
          </span>
        )}
      </div>
    </div>
  );
}
