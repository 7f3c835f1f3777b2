import type { PartsDefinition } from "@/lib/catalogue/bundle";
import type { Ask } from "./ask";
import type { Grid } from "./grid";
import type { PartSeries } from "./part-history";

/**
 * The parts of one tenant's line over a grid, and what existed of them.
 * @returns null where one of the two questions can't be answered: an older answer lies on another grid
 */
export async function askPartSeries(
  ask: Ask,
  { query, objects }: PartsDefinition,
  windowSeconds: number,
  grid: Grid,
): Promise<PartSeries | null> {
  const [values, listed] = await Promise.all([
    ask.range(query, windowSeconds, grid),
    objects ? ask.range(objects.query, windowSeconds, grid) : null,
  ]);
  if (!values.ok || (listed && !listed.ok)) return null;
  return { values: values.data, objects: listed?.data ?? null };
}
