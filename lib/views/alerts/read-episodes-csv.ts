import { EPISODE_COLUMNS, episodeCells } from "@/lib/alerts/episodes-csv";
import type { EpisodeCursor } from "@/lib/alerts/store";
import { csvRecord } from "@/lib/infra/csv";
import type { TenantScope } from "@/lib/tenant/scope";
import { readEpisodeList } from "./read-episodes";

/** So many are in memory at a time, however long the history is. */
const AT_ONCE = 200;

/**
 * All of the tenant's alerts as CSV, newest first, piece by piece; the first piece holds the names of the columns.
 * @throws the driver's error when the database can't be asked
 */
export async function* readEpisodesCsv(scope: TenantScope): AsyncGenerator<string, void> {
  let head = csvRecord(EPISODE_COLUMNS);
  let after: EpisodeCursor | null = null;
  do {
    const { episodes, next } = await readEpisodeList(scope, { signal: null, after, limit: AT_ONCE });
    yield head + episodes.map((episode) => csvRecord(episodeCells(episode))).join("");
    head = "";
    after = next;
  } while (after);
}
