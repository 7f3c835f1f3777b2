import { withinShare } from "@/alerting/runtime/budget";
import type { PartsDefinition } from "@/lib/catalogue/bundle";
import { type BadPart, type PartName, partKey, type SeenParts } from "@/lib/evaluation/parts";
import type { Fleet } from "@/lib/prometheus/fleet";
import type { JudgedLine } from "./questions";
import { type Asking, askSome } from "./some-tenants";

/** A tenant whose parts must be known to judge its line, and the parts that it is known to have. */
export type PartsWanted = { tenantId: string; remembered: readonly BadPart[] };

/** What the parts may take of the time; the rest is for what exists of those that aren't seen. */
const PARTS_SHARE = 0.5;

/**
 * Asks for the parts of one line's tenants, all in a few questions, and what exists only where a part isn't seen.
 * @param wanted in the order in which they matter: there may be more than one slot's questions ask for
 * @returns by tenant. A tenant that isn't in it could not be asked, or wasn't
 */
export async function askParts(
  fleet: Fleet,
  { line, signal }: JudgedLine,
  wanted: readonly PartsWanted[],
  asking: Asking,
): Promise<Map<string, SeenParts>> {
  const { parts } = line;
  const seen = new Map<string, SeenParts>();
  if (!parts || wanted.length === 0) return seen;
  const { windowSeconds } = signal;
  const question = { template: parts.query, windowSeconds, tenantIds: names(wanted) };
  const byTenant = await withinShare(asking.limit, PARTS_SHARE, (limit) =>
    askSome(fleet, question, { ...asking, limit }),
  );
  const values = new Map(
    [...byTenant].map(([tenantId, samples]) => [
      tenantId,
      samples.map(({ labels, value }) => ({ name: nameBy(parts.by, labels), value })),
    ]),
  );
  const missing = wanted.filter(({ tenantId, remembered }) => {
    const present = new Set(values.get(tenantId)?.map(({ name }) => partKey(name)));
    return values.has(tenantId) && remembered.some(({ name }) => !present.has(partKey(name)));
  });
  const objects = await objectsOf(fleet, parts, windowSeconds, names(missing), asking);
  for (const [tenantId, ofTenant] of values)
    seen.set(tenantId, {
      values: ofTenant,
      isGone: goneBy(parts, objects.get(tenantId)),
      windowMs: windowSeconds * 1000,
    });
  return seen;
}

const names = (wanted: readonly PartsWanted[]) => wanted.map(({ tenantId }) => tenantId);
const nameBy = (by: readonly string[], labels: Readonly<Record<string, string>>): PartName =>
  by.map((label) => labels[label] ?? "");

/** What exists of each tenant. A tenant without any listed object isn't in it: that proves nothing. */
async function objectsOf(
  fleet: Fleet,
  { objects }: PartsDefinition,
  windowSeconds: number,
  tenantIds: readonly string[],
  asking: Asking,
): Promise<Map<string, ReadonlySet<string>>> {
  if (!objects || tenantIds.length === 0) return new Map();
  const byTenant = await askSome(fleet, { template: objects.query, windowSeconds, tenantIds }, asking);
  return new Map(
    [...byTenant]
      .filter(([, samples]) => samples.length > 0)
      .map(([tenantId, samples]) => [
        tenantId,
        new Set(samples.map(({ labels }) => partKey(nameBy(objects.by, labels)))),
      ]),
  );
}

/** A part is gone where its object isn't listed while others of its tenant are. */
function goneBy({ by, objects }: PartsDefinition, listed: ReadonlySet<string> | undefined) {
  return (name: PartName): boolean => {
    if (!objects || !listed) return false;
    const object = objects.by.map((label) => name[by.indexOf(label)] ?? "");
    return !listed.has(partKey(object));
  };
}
