import { withoutHidden } from "@/lib/infra/hidden-characters";

/** A tenant as far as its name can stand in a text. */
export type Nameable = { id: string; name: string };

/** Finds which tenants each line of a text names. */
export type TenantNameFinder = (lines: readonly string[]) => string[][];

/** Names by their words, one step for each: many may begin with the same ones. */
type Names = { next: Map<string, Names>; tenantIds: string[] };

const emptyNames = (): Names => ({ next: new Map(), tenantIds: [] });

const wordsOf = (text: string) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * Prepares the search for every tenant's id and name. A name counts as words, so that markup, hyphens and line breaks within it
 * hide nothing; one that spans lines is found on each of them. It takes time with the text, not with the tenants.
 *
 * A tenant whose id is an everyday word is found more often than it is meant. That errs on the side of showing less.
 */
export function tenantNameFinder(tenants: Iterable<Nameable>): TenantNameFinder {
  const names = emptyNames();
  for (const { id, name } of tenants) for (const words of [wordsOf(id), wordsOf(name)]) add(names, words, id);
  return (lines) => {
    const found = lines.map(() => new Set<string>());
    const plain = lines.map(decoded);
    // A hidden character within a name parts nothing that is read, and one beside it does.
    for (const gap of ["", " "] as const) {
      const words = plain.flatMap((line, index) =>
        wordsOf(withoutHidden(line, gap)).map((word) => ({ word, index })),
      );
      for (const { index, tenantId } of namedIn(words, names)) found[index]?.add(tenantId);
    }
    return found.map((ids) => [...ids].sort());
  };
}

function add(names: Names, words: readonly string[], tenantId: string): void {
  if (words.length === 0) return;
  let at = names;
  for (const word of words) {
    const next = at.next.get(word) ?? emptyNames();
    at.next.set(word, next);
    at = next;
  }
  at.tenantIds.push(tenantId);
}

/** Where names stand: each line that has a word of one. */
function namedIn(
  words: readonly { word: string; index: number }[],
  names: Names,
): { index: number; tenantId: string }[] {
  return words.flatMap((_, from) => {
    const found: { index: number; tenantId: string }[] = [];
    let at = names.next.get(words[from]?.word ?? "");
    for (let to = from; at; at = at.next.get(words[++to]?.word ?? ""))
      for (const tenantId of at.tenantIds)
        for (const { index } of words.slice(from, to + 1)) found.push({ index, tenantId });
    return found;
  });
}

/** Character references and percent signs could spell a name. */
function decoded(line: string): string {
  return line
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi, (_, hex?: string, decimal?: string) =>
      characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => characterOf(Number.parseInt(hex, 16)));
}

const characterOf = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : "");
