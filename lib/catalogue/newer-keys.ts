/** A document as stored, as far as it matters here: a bundle has signals and runtime, components.yaml has components. */
type StoredDocument = {
  signals?: Record<string, { lines?: readonly StoredLine[] }>;
  runtime?: Record<string, string>;
  components?: readonly StoredComponent[];
};
type StoredLine = {
  id?: string;
  parts?: object;
  breakdown?: object;
  unlimited?: string;
  highest?: string;
  fills?: true;
};
type StoredComponent = { id?: string; explains?: readonly string[] };
/**
 * The parts of lines, by signal and line; their `breakdown`, `unlimited`, `highest` and `fills`, by that word, signal and line; what
 * components explain, by "components" and id; and newer questions about what runs, by "runtime".
 */
export type NewerKeys = Record<string, object>;

/** The keys of `runtime` that builds before 0.3.0 don't know. */
const NEWER_RUNTIME = ["waiting", "scaledToZero"];

/**
 * Takes out of a document what builds before 0.3.0 refuse to read: the parts of a bundle's lines, and what a component explains. They
 * are stored beside it, so that such a build goes on beside this one.
 */
export function withoutNewerKeys(document: object): { document: object; newer: NewerKeys } {
  const newer: NewerKeys = {};
  const withoutLineKeys = changeLines(document, (key, stored) => {
    const { parts, breakdown, unlimited, highest, fills, ...line } = stored;
    if (parts) newer[key] = parts;
    if (breakdown) newer[`breakdown/${key}`] = breakdown;
    if (unlimited) newer[`unlimited/${key}`] = { query: unlimited };
    if (highest) newer[`highest/${key}`] = { query: highest };
    if (fills) newer[`fills/${key}`] = {};
    return line;
  });
  const older = changeRuntime(withoutLineKeys, (runtime) => {
    const isNewer = ([name]: [string, string]) => NEWER_RUNTIME.includes(name);
    const entries = Object.entries(runtime);
    if (entries.some(isNewer)) newer.runtime = Object.fromEntries(entries.filter(isNewer));
    return Object.fromEntries(entries.filter((entry) => !isNewer(entry)));
  });
  const oldest = changeComponents(older, (key, { explains, ...component }) => {
    if (explains) newer[key] = explains;
    return component;
  });
  return { document: oldest, newer };
}

/** Puts back what withoutNewerKeys() took out. @param newer null where nothing is known to belong to this document */
export function withNewerKeys<T>(document: T, newer: unknown): T {
  if (typeof newer !== "object" || newer === null) return document;
  const by = newer as NewerKeys;
  const withLineKeys = changeLines(document, (key, line) => {
    const unlimited = by[`unlimited/${key}`] as { query?: string } | undefined;
    const highest = by[`highest/${key}`] as { query?: string } | undefined;
    return {
      ...line,
      ...(by[key] && { parts: by[key] }),
      ...(by[`breakdown/${key}`] && { breakdown: by[`breakdown/${key}`] }),
      ...(unlimited && { unlimited: unlimited.query }),
      ...(highest && { highest: highest.query }),
      ...(by[`fills/${key}`] && { fills: true as const }),
    };
  });
  const withRuntime = by.runtime
    ? changeRuntime(withLineKeys, (runtime) => ({ ...runtime, ...by.runtime }))
    : withLineKeys;
  return changeComponents(withRuntime, (key, component) => ({
    ...component,
    ...(by[key] && { explains: by[key] as string[] }),
  }));
}

function changeComponents<T>(
  document: T,
  change: (key: string, component: StoredComponent) => StoredComponent,
): T {
  const { components } = (document ?? {}) as StoredDocument;
  if (!components) return document;
  return { ...document, components: components.map((each) => change(`components/${each.id}`, each)) };
}

function changeRuntime<T>(document: T, change: (runtime: Record<string, string>) => object): T {
  const { runtime } = (document ?? {}) as StoredDocument;
  return runtime ? { ...document, runtime: change(runtime) } : document;
}

function changeLines<T>(document: T, change: (key: string, line: StoredLine) => StoredLine): T {
  const { signals } = (document ?? {}) as StoredDocument;
  if (!signals) return document;
  const changed = Object.entries(signals).map(([signal, definition]) => {
    const lines = definition.lines?.map((line) => change(`${signal}/${line.id}`, line));
    return [signal, lines ? { ...definition, lines } : definition];
  });
  return { ...document, signals: Object.fromEntries(changed) };
}
