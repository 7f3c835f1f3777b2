import { parseMailsRequest } from "@/lib/data-migrations/mails-request";
import { dataMigrationStore } from "@/lib/data-migrations/store";
import { refusal } from "@/lib/doorway/refusal";
import { answer } from "../../answering";
import { ownersRoute } from "../../owners-route";

/** Switches the mails about the migrations of the session's tenant on or off. */
export const PUT = ownersRoute("/api/migration/mails", async ({ request, scope, tenant, owner }) => {
  const parsed = parseMailsRequest(await request.json().catch(() => null));
  if (!parsed.ok) return refusal(400, "invalid_request", parsed.message);
  const { wanted, pageOf } = parsed.request;
  if (pageOf !== scope.tenantId)
    return refusal(409, "other_session", "This browser is now signed in to another capability.");
  await dataMigrationStore.saveMailsWanted(scope, wanted, owner.label);
  return answer<"migrationMails">({ wanted, address: tenant.contactAddress });
});
