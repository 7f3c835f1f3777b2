import { EventGlyph } from "@/components/charts/event-glyph";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import type { Lasting } from "@/lib/timeline/timeline";
import { formatDuration } from "@/lib/wording/format";

/** What lasts now, apart from what is over. */
export function LastingList({
  lasting,
  noticesKnown,
  asOfMs,
}: {
  lasting: readonly Lasting[];
  /** false: open notices may be missing from the list. */
  noticesKnown: boolean;
  asOfMs: number;
}) {
  if (lasting.length === 0)
    return (
      <p className="text-ink-soft" data-empty>
        {noticesKnown ? "No alert lasts, and the operator has no open notice for you." : "No alert lasts."}
      </p>
    );
  return (
    <ul className="divide-y divide-line">
      {lasting.map((item) => (
        <li
          key={item.kind === "alert" ? item.id : item.number}
          data-lasting={item.kind}
          className="grid grid-cols-[1rem_1fr] items-baseline gap-x-2.5 py-2"
        >
          <span className="translate-y-0.5">
            <EventGlyph kind={item.kind} />
          </span>
          <span className="min-w-0 break-words">
            <PageLink href={item.kind === "alert" ? `/alerts/${item.id}` : "/notices"} className="link">
              {item.kind === "alert" ? `${item.name} alert` : `${item.title} (#${item.number})`}
            </PageLink>
            {item.kind === "notice" && item.overdue && (
              <>
                {" "}
                <span className="ml-1 font-medium text-bad">overdue</span>
              </>
            )}
          </span>
          <span className="col-start-2 text-xs text-ink-soft">
            since <Time atMs={item.sinceMs} style="day-clock" withZone />, for{" "}
            {formatDuration(asOfMs - item.sinceMs)}
          </span>
        </li>
      ))}
    </ul>
  );
}
