import type { SlotVerdicts } from "@/alerting/attribute/attribute-slot";
import type { Alert } from "@/lib/alerts/alert";
import type { HoldInput } from "@/lib/alerts/held-back";
import type { Judgements } from "@/lib/alerts/plan";
import { isHeld } from "@/lib/attribution/hold";
import { incidentBehind } from "@/lib/attribution/incident";
import type { Platform } from "@/lib/catalogue/platform";
import { log } from "@/lib/infra/log";
import { type IncidentFeed, openIncidents } from "@/lib/notices/open-incidents";

export type IncidentOptions = {
  readPlatform(): Promise<Platform>;
  /** The operator's open incidents as a worker last read them. GitHub isn't asked. */
  readIncidents(): Promise<IncidentFeed | null>;
};

/**
 * What is known of a platform incident behind each alert of a slot. Read once, and only where something has fired or is held.
 * @throws the driver's error when the database can't be asked
 */
export async function incidentsBehind(
  options: IncidentOptions,
  slot: { slotMs: number; alerts: readonly Alert[]; judged: Judgements },
  { attributedOf }: Pick<SlotVerdicts, "attributedOf">,
): Promise<HoldInput["incidentOf"]> {
  const { slotMs: atMs, alerts, judged } = slot;
  const isAsked =
    alerts.some(isHeld) ||
    [...judged.events.values()].some((events) => events.some(({ kind }) => kind === "fired"));
  if (!isAsked) return () => ({ kind: "unknown" });
  const [feed, repositoryUrl] = await Promise.all([options.readIncidents(), repositoryOf(options)]);
  return ({ id, tenantId }, hold) =>
    incidentBehind(
      attributedOf(id),
      repositoryUrl === undefined
        ? null
        : openIncidents(feed, { tenantId, atMs, repositoryUrl, forNew: hold === null }),
    );
}

/** @returns undefined where the platform's definition can't be used just now */
async function repositoryOf({ readPlatform }: IncidentOptions): Promise<string | null | undefined> {
  try {
    return (await readPlatform()).infraRepositoryUrl;
  } catch (error) {
    log.error(
      { err: error },
      "The platform's definition can't be used; no mail is held back by an incident.",
    );
    return undefined;
  }
}
