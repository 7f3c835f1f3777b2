import { csvRecord } from "@/lib/csv";
import type { TenantScope } from "@/lib/tenancy/scope";
import { EPISODE_COLUMNS, episodeCells } from "./episodes-csv";
import { readEpisodeList } from "./read-episodes";
import type { EpisodeCursor } from "./store";

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
