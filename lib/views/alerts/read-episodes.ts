import type { Episode } from "@/lib/alerts/episode";
import { partsOf } from "@/lib/alerts/rows";
import { type EpisodeCursor, readEpisodeOrThread, readEpisodePage, readThreads } from "@/lib/alerts/store";
import { titleOf } from "@/lib/alerts/title";
import type { EpisodeView } from "@/lib/alerts/view";
import { readSides } from "@/lib/attribution/store";
import type { Side } from "@/lib/attribution/verdict";
import type { Bundle, SignalId } from "@/lib/catalogue/bundle";
import { readBundle } from "@/lib/catalogue/store";
import type { MailFate } from "@/lib/delivery/mail";
import { outbox } from "@/lib/delivery/store";
import type { TenantScope } from "@/lib/tenant/scope";

export const EPISODES_PER_PAGE = 20;

export type EpisodeList = { episodes: EpisodeView[]; next: EpisodeCursor | null };

/** A page of the tenant's alerts, newest first, each with its mails. @throws where the database can't be asked */
export async function readEpisodeList(
  scope: TenantScope,
  {
    signal,
    after,
    limit = EPISODES_PER_PAGE,
  }: { signal: SignalId | null; after: EpisodeCursor | null; limit?: number },
): Promise<EpisodeList> {
  const found = await readEpisodePage(scope, { signal, after, limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    episodes: await viewsOf(scope, shown),
    next: last ? { firedAtMs: last.firedAtMs, id: last.id } : null,
  };
}

/** One alert by its id or its thread's; null where this tenant has none. @param id a UUID */
export async function readEpisodeView(scope: TenantScope, id: string): Promise<EpisodeView | null> {
  const episode = await readEpisodeOrThread(scope, id);
  if (!episode) return null;
  const [view] = await viewsOf(scope, [episode]);
  return view ?? null;
}

async function viewsOf(scope: TenantScope, episodes: readonly Episode[]): Promise<EpisodeView[]> {
  if (episodes.length === 0) return [];
  const threads = [...new Set(episodes.map(({ thread }) => thread.id))];
  const [bundle, mails, siblings, sides] = await Promise.all([
    readBundle(),
    outbox().mailsOfAll(scope, threads),
    readThreads(scope, threads),
    readSides(
      scope,
      episodes.map(({ id }) => id),
    ),
  ]);
  return episodes.map((episode) =>
    viewOf(
      episode,
      bundle,
      mails.filter(({ episodeKey }) => episodeKey === episode.thread.id),
      siblings.filter(({ id, thread }) => thread.id === episode.thread.id && id !== episode.id),
      sides.get(episode.id) ?? null,
    ),
  );
}

function viewOf(
  { id, lineKey, threshold: judgedBy, ...episode }: Episode,
  bundle: Bundle | null,
  mails: MailFate[],
  siblings: readonly Episode[],
  side: Side | null,
): EpisodeView {
  const [signal, line] = partsOf(lineKey) as [SignalId, string];
  const { worse, ...threshold } = judgedBy;
  const { breachedAtMs, firedAtMs, firedValue, worst, last, missingSinceMs, ended, hold } = episode;
  return {
    id,
    signal,
    line,
    title: titleOf(lineKey, bundle),
    unit: bundle?.signals[signal].lines.some((each) => each.id === line) ? bundle.signals[signal].unit : null,
    breachedAtMs,
    firedAtMs,
    firedValue,
    threshold,
    worse,
    worst,
    last,
    missingSinceMs,
    ended,
    hold,
    mails,
    side,
    together: siblings.map((sibling) => ({ id: sibling.id, title: titleOf(sibling.lineKey, bundle) })),
  };
}
