import type { JudgedLine } from "@/alerting/fleet/questions";
import type { EditedThreshold, RecentThresholdEdit } from "@/lib/alerts/mail-facts";
import type { PlannedMail } from "@/lib/alerts/mails";
import type { LineKey } from "@/lib/evaluation/effective";
import type { RecordedEdit, RecordedSetting } from "@/lib/thresholds/record";
import { list } from "@/lib/wording/sentence";
import { lineNamesOf } from "./line-names";

/** The edits of the audit trail as a mail reports them. Those of lines that the bundle no longer has are left out. */
export function recentEdits(
  edits: readonly RecordedEdit[],
  lines: ReadonlyMap<LineKey, JudgedLine>,
): RecentThresholdEdit[] {
  return edits.flatMap(({ signal, line, atMs, by, from, to }): RecentThresholdEdit[] => {
    const judged = lines.get(`${signal}/${line}` as LineKey);
    if (!judged) return [];
    const { unit, worse } = judged.signal;
    const about = { ...lineNamesOf(judged), unit, worse };
    return [{ ...about, atMs, by, from: editedOf(from), to: editedOf(to) }];
  });
}

function editedOf(setting: RecordedSetting | null): EditedThreshold {
  if (!setting) return null;
  const { version: _, ...threshold } = setting;
  return threshold;
}

/** Who switched off what a mail says is no longer watched; undefined where it wasn't, or not all of it, an owner. */
export function switchedOffBy(
  mail: Pick<PlannedMail, "kind" | "about">,
  off: ReadonlyMap<LineKey, string>,
): string | undefined {
  if (mail.kind !== "cancelled") return undefined;
  const names = mail.about.map(({ lineKey }) => off.get(lineKey));
  const known = names.filter((name) => name !== undefined);
  if (known.length === 0 || known.length < names.length) return undefined;
  return list([...new Set(known)]);
}

/** By tenant and line, from the rows that say so. */
export function offByTenant(
  rows: readonly { tenantId: string; signal: string; line: string; by: string }[],
): Map<string, Map<LineKey, string>> {
  const byTenant = new Map<string, Map<LineKey, string>>();
  for (const { tenantId, signal, line, by } of rows) {
    const lines = byTenant.get(tenantId) ?? new Map<LineKey, string>();
    byTenant.set(tenantId, lines.set(`${signal}/${line}` as LineKey, by));
  }
  return byTenant;
}
