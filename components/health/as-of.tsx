"use client";

import { formatAge } from "../ui/format";
import { useNow } from "../ui/now";
import { Time, ZoneToggle } from "../ui/zone";
import { dataAgeMs, type Received } from "./freshness";

/** The instant that the values are of, its age, which ticks, and the switch to UTC. */
export function AsOf({ received }: { received: Received }) {
  const now = useNow();
  return (
    <div className="flex shrink-0 items-center gap-2.5 text-sm text-ink-soft sm:w-80 sm:flex-row-reverse">
      <ZoneToggle />
      {/* It takes all the room, so that it always begins at the same place, however long zone and age are. */}
      <p className="grow text-left">
        as of <Time atMs={received.view.asOfMs} style="clock-seconds" withZone />,{" "}
        <span suppressHydrationWarning>{formatAge(dataAgeMs(received, now))}</span>
      </p>
    </div>
  );
}
