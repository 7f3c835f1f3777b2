import { DRAFTS_PREFIX } from "./remove-drafts";

/** What a form holds that wasn't saved, with the version of what it would change. */
export type KeptDraft<D> = { draft: D; version: number };

/**
 * What this tab kept of a form.
 * @param tenantId another tenant's drafts are never read, also where its owner signs in to the same tab
 * @param isDraft storage may hold anything: what isn't a draft is left out
 */
export function readKeptDrafts<D>(
  tenantId: string,
  isDraft: (value: unknown) => value is D,
): Map<string, KeptDraft<D>> {
  try {
    const stored: unknown = JSON.parse(window.sessionStorage.getItem(DRAFTS_PREFIX + tenantId) ?? "[]");
    if (!Array.isArray(stored)) return new Map();
    return new Map(
      stored.flatMap((each: { key?: unknown; draft?: unknown; version?: unknown } | null) =>
        typeof each?.key === "string" && typeof each.version === "number" && isDraft(each.draft)
          ? [[each.key, { draft: each.draft, version: each.version }] as const]
          : [],
      ),
    );
  } catch {
    return new Map(); // storage may be forbidden, and what is in it may be no JSON
  }
}

/** Keeps these and no others. Where storage is forbidden they last as long as the page. */
export function keepDrafts<D>(tenantId: string, drafts: ReadonlyMap<string, KeptDraft<D>>): void {
  try {
    const stored = [...drafts].map(([key, kept]) => ({ key, ...kept }));
    if (stored.length === 0) window.sessionStorage.removeItem(DRAFTS_PREFIX + tenantId);
    else window.sessionStorage.setItem(DRAFTS_PREFIX + tenantId, JSON.stringify(stored));
  } catch {
    // The page asks before it is left.
  }
}
