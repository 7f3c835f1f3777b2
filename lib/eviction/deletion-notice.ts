import { createHash } from "node:crypto";
import type { Eviction } from "@/lib/catalogue/eviction";
import { evictionPhase } from "./phase";

/** What an owner is shown once the 30 days are over. Instants are milliseconds since the epoch. */
export type DeletionNotice = {
  notServingFromMs: number;
  /** When the 30 days were over. */
  overAtMs: number;
  /** The tenant's, in which its dates are shown. */
  zone: string;
  /** The issue that says why. */
  issueUrl: string;
};

/** @returns null while there is still something to export, and where no eviction is announced */
export function deletionNoticeOf(
  { eviction, timeZone }: { eviction: Eviction | null | undefined; timeZone: string },
  nowMs: number,
): DeletionNotice | null {
  const phase = evictionPhase(eviction, timeZone, nowMs);
  if (!eviction || phase.kind !== "deleted") return null;
  const { notServingFromMs, deletedAtMs: overAtMs } = phase;
  return { notServingFromMs, overAtMs, zone: timeZone, issueUrl: eviction.issueUrl };
}

/** How long a page may go on asking before it has learned that the 30 days are over, and how far two clocks may be apart. */
const MARGIN_MS = 60_000;

/**
 * Whether the worker deletes by now. A minute after access has ended: by then an open page has been sent to the deletion notice, and still
 * finds its session there.
 */
export const isDeletionDue = (
  tenant: Parameters<typeof deletionNoticeOf>[0],
  nowMs: number,
): DeletionNotice | null => deletionNoticeOf(tenant, nowMs - MARGIN_MS);

/** What a departure is kept under. An id leads to its departure; the departure names nobody. */
export function deletedTenantDigest(tenantId: string): string {
  return createHash("sha256").update(tenantId).digest("hex");
}
