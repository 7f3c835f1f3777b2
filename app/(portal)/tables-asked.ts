import { rangeOf } from "@/components/charts/range-words";
import type { RangeId } from "@/lib/evaluation/ranges";

/** What a page's address may ask. */
export type AskedParameters = Promise<Record<string, string | string[] | undefined>>;

/** The range of the tables that the address asks for in place of charts; null where it asks for none. */
export async function tablesAsked(searchParams: AskedParameters): Promise<RangeId | null> {
  const { tables, range } = await searchParams;
  return tables === "1" ? rangeOf(typeof range === "string" ? range : null) : null;
}
