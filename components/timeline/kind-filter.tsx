import type { Route } from "next";
import { EventGlyph } from "@/components/charts/event-glyph";
import { PageLink } from "@/components/ui/page-link";
import { EVENT_KINDS, type EventKind } from "@/lib/evaluation/event-kinds";
import { EVENT_KIND_WORDS } from "@/lib/wording/event-words";

/** Which kind of event is shown, as links: the address says it, and the keyboard and a page without scripts can choose. */
export function KindFilter({ kind, counts }: { kind: EventKind | null; counts: Record<EventKind, number> }) {
  const total = EVENT_KINDS.reduce((sum, each) => sum + counts[each], 0);
  return (
    <nav aria-label="Kinds of events">
      <ul className="flex flex-wrap gap-1">
        <Choice href="/timeline" here={kind === null} count={total} kind={null} />
        {EVENT_KINDS.map((each) => (
          <Choice
            key={each}
            href={`/timeline?kind=${each}`}
            here={kind === each}
            count={counts[each]}
            kind={each}
          />
        ))}
      </ul>
    </nav>
  );
}

function Choice({
  href,
  here,
  count,
  kind,
}: {
  href: Route;
  here: boolean;
  count: number;
  kind: EventKind | null;
}) {
  return (
    <li>
      <PageLink
        href={href}
        aria-current={here ? "true" : undefined}
        className={`inline-flex min-h-8 items-center gap-1.5 rounded-md px-2.5 text-sm ${
          here ? "bg-accent-soft font-medium text-accent" : "text-ink-soft hover:text-ink"
        }`}
      >
        {kind && <EventGlyph kind={kind} />}
        <span className="first-letter:uppercase">{kind ? EVENT_KIND_WORDS[kind] : "All"}</span>
        <span>{count}</span>
      </PageLink>
    </li>
  );
}
