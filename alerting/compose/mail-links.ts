import type { MailFacts } from "@/lib/alerts/mail-facts";
import { modifyIssueUrl } from "@/lib/catalogue/issue-links";
import type { Platform } from "@/lib/catalogue/platform";
import { tenantSchema } from "@/lib/catalogue/tenant";

const linksSchema = tenantSchema.shape.links.catch({});

/**
 * The links that a mail has.
 * @param portalUrl NEXTAUTH_URL
 * @param tenant its `links` come from the database, and anyone may have written them
 * @param threadId what the mail's own page is about; null where there is no such page
 */
export function mailLinks(
  portalUrl: string,
  platform: Pick<Platform, "infraRepositoryUrl">,
  tenant: { id: string; name: string; links: unknown },
  threadId: string | null,
): MailFacts["links"] {
  const url = (path: string) => new URL(path, portalUrl).href;
  const { infraRepositoryUrl } = platform;
  return {
    health: url("/"),
    thresholds: url("/thresholds"),
    alerts: url("/alerts"),
    alert: threadId === null ? null : url(`/alerts/${threadId}`),
    capability: linksSchema.parse(tenant.links).capability ?? null,
    modify: infraRepositoryUrl && modifyIssueUrl(infraRepositoryUrl, tenant),
  };
}
