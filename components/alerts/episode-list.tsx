import { HoldWords } from "@/components/attribution/hold-words";
import { SIDE_WORDS } from "@/components/attribution/verdict-words";
import { Card } from "@/components/ui/card";
import { StatusPill } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import type { EpisodeView } from "@/lib/alerts/view";
import { SIGNAL_IDS, type SignalId } from "@/lib/catalogue/bundle";
import { endWords, episodeValue, thresholdThen } from "./episode-words";
import { MailList } from "./mail-list";

/** The history of alerts, newest first, each with its mails. */
export function EpisodeList({
  episodes,
  titles,
  signal,
  nextHref,
  isFirstPage,
  nowMs,
}: {
  episodes: readonly EpisodeView[];
  /** Of every signal. */
  titles: Record<SignalId, string>;
  /** The one that is shown; null: all. */
  signal: SignalId | null;
  /** The next, older page; null: there is none. */
  nextHref: string | null;
  isFirstPage: boolean;
  nowMs: number;
}) {
  return (
    <Card id="history" title="History" aside={<Filter titles={titles} signal={signal} />}>
      {episodes.length === 0 ? (
        <p className="py-6 text-center text-ink-soft" data-empty>
          {isFirstPage
            ? `No alert has fired${signal ? ` for ${titles[signal].toLowerCase()}` : ""} yet.`
            : "There are no older alerts."}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {episodes.map((episode) => (
            <EpisodeItem key={episode.id} episode={episode} nowMs={nowMs} />
          ))}
        </ul>
      )}
      {(episodes.length > 0 || !isFirstPage) && (
        <p className="mt-3 flex flex-wrap gap-x-6 border-t border-line pt-3 text-sm">
          {!isFirstPage && (
            <a href={signal ? `/alerts?signal=${signal}` : "/alerts"} className="link">
              Newest alerts
            </a>
          )}
          {nextHref !== null && (
            <a href={nextHref} className="link" rel="next">
              Older alerts
            </a>
          )}
          <a href="/api/alerts/episodes.csv" className="link" download>
            Download as CSV
          </a>
        </p>
      )}
    </Card>
  );
}

function EpisodeItem({ episode, nowMs }: { episode: EpisodeView; nowMs: number }) {
  return (
    <li className="py-4 first:pt-0" data-episode={episode.id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-medium">
          <a href={`/alerts/${episode.id}`} className="link">
            {episode.title}
          </a>
        </h3>
        {!episode.ended && <StatusPill status="firing" />}
        <p className="text-sm text-ink-soft">
          <Time atMs={episode.firedAtMs} style="day-clock" withZone /> · {endWords(episode, nowMs)}
        </p>
      </div>
      <p className="mt-0.5 text-sm text-ink-soft">
        Worst {episodeValue(episode.worst.value, episode)}, alert {thresholdThen(episode)}
        {episode.together.length > 0 &&
          `, together with ${episode.together.map(({ title }) => title).join(", ")}`}
        {episode.side && (
          <span data-list-side={episode.side}> · looked like: {SIDE_WORDS[episode.side].toLowerCase()}</span>
        )}
      </p>
      {episode.hold && (
        <p className="mt-1 text-sm text-ink-soft" data-hold={episode.hold.ended?.why ?? "held"}>
          <HoldWords hold={episode.hold} />
        </p>
      )}
      {episode.mails.length === 0 && !episode.hold && (
        <p className="mt-1 text-sm text-ink-soft">No mail was written for it.</p>
      )}
      {episode.mails.length > 0 && (
        <div className="mt-1">
          <MailList mails={episode.mails} />
        </div>
      )}
    </li>
  );
}

function Filter({ titles, signal }: { titles: Record<SignalId, string>; signal: SignalId | null }) {
  const item = (href: string, words: string, here: boolean) => (
    <li key={href}>
      <a
        href={href}
        aria-current={here ? "true" : undefined}
        className={`inline-flex min-h-8 items-center rounded-md px-2.5 text-sm ${
          here ? "bg-accent-soft font-medium text-accent" : "text-ink-soft hover:text-ink"
        }`}
      >
        {words}
      </a>
    </li>
  );
  return (
    <nav aria-label="Signal">
      <ul className="flex flex-wrap gap-1">
        {item("/alerts", "All", signal === null)}
        {SIGNAL_IDS.map((id) => item(`/alerts?signal=${id}`, titles[id], signal === id))}
      </ul>
    </nav>
  );
}
