import { cache } from "react";
import { applicableTo } from "@/lib/catalogue/applicable";
import { type Bundle, SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import { type LineKey, lineKeyOf } from "@/lib/evaluation/effective";
import type { TenantScope } from "@/lib/tenant/scope";
import { ownName } from "@/lib/wording/line-name";
import { inSentence } from "@/lib/wording/sentence";
import { type ChainView, readChain } from "./read-chain";

/**
 * The alerting chain of the scope's tenant, read once per request, however many parts of a page show it.
 * @param without the lines that this capability doesn't have, as signal/line
 * @throws where the database can't be asked
 */
export const readAlerting = cache(
  async (
    scope: TenantScope,
    without: readonly string[],
  ): Promise<ChainView & { names: ReadonlyMap<LineKey, string> }> => {
    const applied = await catalogueStore.readBundle();
    const names = applied ? lineNames(applicableTo(applied, without)) : new Map<LineKey, string>();
    return { ...(await readChain(scope, names)), names };
  },
);

/** Every judged line as it stands within a sentence: by its signal's title, or its own label where it is one of several. */
export function lineNames(bundle: Bundle): Map<LineKey, string> {
  const names = new Map<LineKey, string>();
  for (const id of SIGNAL_IDS) {
    const { title, lines } = bundle.signals[id];
    const judged = lines.filter(({ threshold }) => threshold);
    for (const line of judged)
      names.set(
        lineKeyOf(id, line.id),
        inSentence(ownName({ id, title, lines: judged }, line) ?? (judged.length === 1 ? title : line.label)),
      );
  }
  return names;
}
