import { parseAllDocuments } from "yaml";

/** The items of a part: parsed at once, it takes some megabytes. */
const ITEMS_OF_PART = 200;
/** Anchors, aliases and tags may reach across items, and directives across the file. */
const REACHES_FURTHER = /(^|[\s[{,:-])[&*!][^\s]|^%|^---|^\.\.\./m;

/** Some items of a long list, and where in the file they begin. Lines count from 1. */
export type ListPart = { text: string; line: number; firstItem: number };

/** A file that is one key with a list below it. */
export type LongList = { key: string; keyLine: number; parts: ListPart[] };

/**
 * Splits a file that is nothing but one key with a list in block style below it, as tenants.yaml is: parsed as a whole, thirty thousand
 * entries would take several hundred megabytes.
 * @returns null for any other file; it is parsed as a whole
 */
export function splitLongList(text: string): LongList | null {
  if (REACHES_FURTHER.test(text)) return null;
  let list: LongList | null = null;
  let indent: string | null = null;
  let items = 0;
  let lines: string[] = [];
  const close = () => {
    const part = list?.parts.at(-1);
    if (part) part.text = lines.join("\n");
    lines = [];
  };
  for (const [index, line] of text.split("\n").entries()) {
    const isBlank = /^\s*(#.*)?$/.test(line);
    if (!list) {
      if (isBlank) continue;
      const key = /^([A-Za-z][A-Za-z0-9_-]*):\s*(#.*)?$/.exec(line)?.[1];
      if (key === undefined) return null;
      list = { key, keyLine: index + 1, parts: [] };
      continue;
    }
    const begins: string | undefined = /^( *)- /.exec(line)?.[1];
    indent ??= begins ?? null;
    if (begins !== undefined && begins === indent) {
      if (items % ITEMS_OF_PART === 0) {
        close();
        list.parts.push({ text: "", line: index + 1, firstItem: items });
      }
      items += 1;
    } else if (!isBlank && (indent === null || !line.startsWith(`${indent} `))) return null;
    if (list.parts.length > 0) lines.push(line);
  }
  close();
  return list && items > ITEMS_OF_PART ? list : null;
}

/** The list's items. @returns null where a part has a fault, which is found and said by parsing the whole */
export function listItems({ parts }: LongList): unknown[] | null {
  const items: unknown[] = [];
  for (const { text, firstItem } of parts) {
    const [document, second] = parseAllDocuments(text, { prettyErrors: false, stringKeys: true });
    if (!document || second || !("errors" in document)) return null;
    if (document.errors.length + document.warnings.length > 0) return null;
    const value: unknown = document.toJS();
    if (!Array.isArray(value) || items.length !== firstItem) return null;
    items.push(...value);
  }
  return items;
}
