/** A bundle as stored, as far as it matters here. The other documents have no signals. */
type StoredBundle = { signals?: Record<string, { lines?: readonly StoredLine[] }> };
type StoredLine = { id?: string; parts?: object };
/** The parts of lines, by signal and line. */
export type NewerKeys = Record<string, object>;

/**
 * Takes out of a document what builds before 0.3.0 refuse to read: the parts of a bundle's lines. They are stored beside it, so that
 * such a build goes on beside this one.
 */
export function withoutNewerKeys(document: object): { document: object; newer: NewerKeys } {
  const newer: NewerKeys = {};
  const older = changeLines(document, (key, { parts, ...line }) => {
    if (parts) newer[key] = parts;
    return line;
  });
  return { document: older, newer };
}

/** Puts back what withoutNewerKeys() took out. @param newer null where nothing is known to belong to this document */
export function withNewerKeys<T>(document: T, newer: unknown): T {
  if (typeof newer !== "object" || newer === null) return document;
  const partsBy = newer as NewerKeys;
  return changeLines(document, (key, line) => ({ ...line, ...(partsBy[key] && { parts: partsBy[key] }) }));
}

function changeLines<T>(document: T, change: (key: string, line: StoredLine) => StoredLine): T {
  const { signals } = (document ?? {}) as StoredBundle;
  if (!signals) return document;
  const changed = Object.entries(signals).map(([signal, definition]) => {
    const lines = definition.lines?.map((line) => change(`${signal}/${line.id}`, line));
    return [signal, lines ? { ...definition, lines } : definition];
  });
  return { ...document, signals: Object.fromEntries(changed) };
}
