import { exactTime } from "@/lib/eviction/words";

/**
 * An instant that somebody has to act by: in the tenant's zone and in UTC, with year and second, whatever zone the reader is in.
 *
 * The warning is suppressed because server and browser may know different short names for a zone.
 */
export function ExactTime({ atMs, zone }: { atMs: number; zone: string }) {
  const local = exactTime(atMs, zone);
  const utc = exactTime(atMs, "UTC");
  return (
    <time dateTime={new Date(atMs).toISOString()} suppressHydrationWarning>
      {local}
      {local !== utc && ` (${utc})`}
    </time>
  );
}
